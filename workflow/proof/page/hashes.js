// The hashes: SHA-256 (FIPS 180-4) and SM3 (GB/T 32905), each over one byte string.

const ROUND = new Int32Array(64); // of SHA-256: the first 32 bits of the cube roots of primes
const START = new Int32Array(8); // and of the square roots of the first eight

(function constants() {
  const isPrime = (n) => {
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
    return true;
  };
  const fraction = (x) => ((x - Math.floor(x)) * 0x100000000) | 0;
  for (let n = 2, k = 0; k < 64; n += 1) {
    if (!isPrime(n)) continue;
    if (k < 8) START[k] = fraction(Math.sqrt(n));
    ROUND[k++] = fraction(Math.cbrt(n));
  }
})();

const schedule = new Int32Array(68);
const state = new Int32Array(8);

/** Run a compression over padded bytes: both hashes are padded alike. */
function digest(bytes, start, compress) {
  state.set(start);
  const whole = bytes.length & ~63;
  for (let at = 0; at < whole; at += 64) compress(bytes, at);
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const lengths = new DataView(tail.buffer);
  lengths.setUint32(tail.length - 8, Math.floor(bytes.length / 0x20000000));
  lengths.setUint32(tail.length - 4, bytes.length << 3);
  for (let at = 0; at < tail.length; at += 64) compress(tail, at);
  const found = new Uint8Array(32);
  const view = new DataView(found.buffer);
  state.forEach((word, i) => view.setInt32(4 * i, word));
  return found;
}

function word(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function compressSha256(bytes, at) {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) w[t] = word(bytes, at + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  add(a, b, c, d, e, f, g, h);
}

function add(a, b, c, d, e, f, g, h) {
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** Return the SHA-256 of bytes. */
function sha256(bytes) {
  return digest(bytes, START, compressSha256);
}

const SM3_START = Int32Array.of(
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600 | 0,
  0xa96f30bc | 0, 0x163138aa, 0xe38dee4d | 0, 0xb0fb0e4e | 0,
);

function turned(x, by) {
  const n = by & 31;
  return n === 0 ? x : (x << n) | (x >>> (32 - n));
}

function expandSm3(bytes, at) {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) w[t] = word(bytes, at + 4 * t);
  for (let t = 16; t < 68; t += 1) {
    const x = w[t - 16] ^ w[t - 9] ^ turned(w[t - 3], 15);
    w[t] = x ^ turned(x, 15) ^ turned(x, 23) ^ turned(w[t - 13], 7) ^ w[t - 6];
  }
}

function compressSm3(bytes, at) {
  expandSm3(bytes, at);
  const w = schedule;
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const early = t < 16;
    const a12 = turned(a, 12);
    const one = turned((a12 + e + turned(early ? 0x79cc4519 : 0x7a879d8a, t)) | 0, 7);
    const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
    const left = (ff + d + (one ^ a12) + (w[t] ^ w[t + 4])) | 0;
    const right = (gg + h + one + w[t]) | 0;
    d = c;
    c = turned(b, 9);
    b = a;
    a = left;
    h = g;
    g = turned(f, 19);
    f = e;
    e = right ^ turned(right, 9) ^ turned(right, 17);
  }
  state[0] ^= a;
  state[1] ^= b;
  state[2] ^= c;
  state[3] ^= d;
  state[4] ^= e;
  state[5] ^= f;
  state[6] ^= g;
  state[7] ^= h;
}

/** Return the SM3 of bytes. */
function sm3(bytes) {
  return digest(bytes, SM3_START, compressSm3);
}

/** Every suite that the tree may be hashed with. */
const SUITES = { sha256, sm3 };

/** Return the HMAC-SHA256 of bytes. */
function hmac(key, bytes) {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(joined(block.map((byte) => byte ^ 0x36), bytes));
  return sha256(joined(block.map((byte) => byte ^ 0x5c), inner));
}
