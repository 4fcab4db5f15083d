// Bytes: UTF-8, hex, Base64, and the hashes SHA-256 (FIPS 180-4) and SM3 (GB/T 32905).
//
// Written out because the page must judge wherever it is opened: from a file, in an old browser,
// in an engine without any library.

/** Return the UTF-8 bytes of a text, with room for `before` bytes in front of them. */
function encoded(text, before = 0) {
  const bytes = new Uint8Array(before + text.length * 3);
  let end = before;
  for (let i = 0; i < text.length; i += 1) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      bytes[end++] = point;
      continue;
    }
    if (point >= 0xd800 && point < 0xdc00) {
      point = 0x10000 + ((point - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
    }
    end = putPoint(bytes, end, point);
  }
  return bytes.subarray(0, end);
}

function putPoint(bytes, end, point) {
  if (point < 0x800) {
    bytes[end++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      bytes[end++] = 0xe0 | (point >> 12);
    } else {
      bytes[end++] = 0xf0 | (point >> 18);
      bytes[end++] = 0x80 | ((point >> 12) & 63);
    }
    bytes[end++] = 0x80 | ((point >> 6) & 63);
  }
  bytes[end++] = 0x80 | (point & 63);
  return end;
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000]; // what so many bytes may not be wasted on

/** Return the text that bytes hold, null where they are not UTF-8. */
function decoded(bytes) {
  const parts = [];
  let units = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i];
    const size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size === 0 || first > 0xf4 || i + size > bytes.length) return null;
    let point = size === 1 ? first : first & (0x7f >> size);
    for (let k = 1; k < size; k += 1) {
      if ((bytes[i + k] & 0xc0) !== 0x80) return null;
      point = (point << 6) | (bytes[i + k] & 63);
    }
    const surrogate = point >= 0xd800 && point < 0xe000;
    if (surrogate || point > 0x10ffff || point < SMALLEST[size]) return null;
    if (point > 0xffff) units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 1023));
    else units.push(point);
    i += size;
    if (units.length > 4096) {
      parts.push(String.fromCharCode.apply(null, units));
      units = [];
    }
  }
  return parts.join("") + String.fromCharCode.apply(null, units);
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Return bytes as lower-case hex digits. */
function hexOf(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) text += HEX[bytes[i]];
  return text;
}

/** Return the bytes that hex digits hold, null if they are none. */
function unhex(text) {
  if (typeof text !== "string" || !/^([0-9a-fA-F]{2})*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIGN_OF = new Map(Array.from(SIGNS, (sign, i) => [sign, i]));

/** Return the bytes that Base64 holds, null unless it is written in the one right way. */
function unbase64(text) {
  const body = text.endsWith("==") ? text.slice(0, -2) : text.replace(/=$/, "");
  const spare = text.length - body.length;
  if (text.length % 4 !== 0) return null;
  const bytes = new Uint8Array((text.length / 4) * 3 - spare);
  let held = 0;
  let bits = 0;
  let end = 0;
  for (const sign of body) {
    const value = SIGN_OF.get(sign);
    if (value === undefined) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[end++] = (held >> bits) & 255;
    }
  }
  const loose = held & ((1 << bits) - 1);
  return loose === 0 && end === bytes.length ? bytes : null;
}

/** Return whether two byte strings are the same. */
function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Return several byte strings as one. */
function joined(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
