// Ed25519 (RFC 8032 section 5.1.7), for browsers that cannot check it themselves. Only checks, never
// signs: nothing here is secret, so nothing needs to take the same time.

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT_OF_MINUS_ONE = powered(2n, (P - 1n) / 4n);
const BASE = unpacked(
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
);

function mod(x) {
  const r = x % P;
  return r < 0n ? r + P : r;
}

function powered(x, exponent) {
  let result = 1n;
  let square = mod(x);
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

/** Return the point that 256 bits stand for as [X, Y, Z, T], null if they stand for none. */
function unpacked(packed) {
  const sign = packed >> 255n;
  const y = packed & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * powered(v, 3n) * powered(u * powered(v, 7n), (P - 5n) / 8n));
  const square = mod(v * x * x);
  if (square === mod(-u)) x = mod(x * ROOT_OF_MINUS_ONE);
  else if (square !== u) return null;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  return [mod((b - a) * (d - c)), mod((d + c) * (b + a)), mod((d - c) * (d + c)),
    mod((b - a) * (b + a))];
}

/** Return the sum of two points, each taken so many times (both at once, bit by bit). */
function combined(one, point, other, second) {
  const both = sum(point, second);
  let found = [0n, 1n, 1n, 0n];
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    found = sum(found, found);
    const which = ((one >> bit) & 1n) | (((other >> bit) & 1n) << 1n);
    if (which !== 0n) found = sum(found, which === 1n ? point : which === 2n ? second : both);
  }
  return found;
}

function packed([x, y, z]) {
  const inverse = powered(z, P - 2n);
  return mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
}

function littleEndian(bytes) {
  return BigInt(`0x${hexOf(Array.from(bytes).reverse())}`);
}

/** Return whether a public key can be believed: a point, written one way, not of small order. */
function isSoundKey(key) {
  const point = key.length === 32 ? unpacked(littleEndian(key)) : null;
  if (point === null) return false;
  const twice = sum(point, point);
  const four = sum(twice, twice);
  return packed(sum(four, four)) !== 1n;
}

/** Return whether a signature over bytes is right. */
function isSignature(key, signature, message) {
  const s = littleEndian(signature.subarray(32));
  if (s >= L || !isSoundKey(key)) return false;
  const [x, y, z, t] = unpacked(littleEndian(key));
  const h = littleEndian(sha512(joined(signature.subarray(0, 32), key, message))) % L;
  const found = combined(s, BASE, h, [mod(-x), y, z, mod(-t)]);
  return packed(found) === littleEndian(signature.subarray(0, 32));
}

// ---------------------------------------------------------------- SHA-512 (FIPS 180-4)

const WORD = 2n ** 64n - 1n;

/** Return the first 64 bits behind the point of the n-th root (2 or 3) of each prime. */
function fractions(count, n) {
  const found = [];
  for (let prime = 2n; found.length < count; prime += 1n) {
    let divisor = 2n;
    while (prime % divisor !== 0n) divisor += 1n;
    if (divisor === prime) found.push(rooted(prime << (64n * n), n) & WORD);
  }
  return found;
}

function rooted(value, n) {
  let low = 0n;
  let high = 2n ** 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** n <= value) low = middle;
    else high = middle;
  }
  return low;
}

let constants512 = null;

function turned64(x, by) {
  return ((x >> by) | (x << (64n - by))) & WORD;
}

function sha512(bytes) {
  constants512 = constants512 || { rounds: fractions(80, 3n), start: fractions(8, 2n) };
  const blocks = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  new DataView(blocks.buffer).setUint32(blocks.length - 4, bytes.length * 8);
  let h = constants512.start;
  for (let at = 0; at < blocks.length; at += 128) h = compressed512(h, blocks, at);
  return unhex(h.map((x) => x.toString(16).padStart(16, "0")).join(""));
}

function compressed512(before, blocks, at) {
  const w = [];
  for (let t = 0; t < 80; t += 1) {
    if (t < 16) {
      w.push(BigInt(`0x${hexOf(blocks.subarray(at + 8 * t, at + 8 * t + 8))}`));
      continue;
    }
    const s0 = turned64(w[t - 15], 1n) ^ turned64(w[t - 15], 8n) ^ (w[t - 15] >> 7n);
    const s1 = turned64(w[t - 2], 19n) ^ turned64(w[t - 2], 61n) ^ (w[t - 2] >> 6n);
    w.push((w[t - 16] + s0 + w[t - 7] + s1) & WORD);
  }
  let [a, b, c, d, e, f, g, h] = before;
  for (let t = 0; t < 80; t += 1) {
    const s1 = turned64(e, 14n) ^ turned64(e, 18n) ^ turned64(e, 41n);
    const one = h + s1 + ((e & f) ^ (~e & WORD & g)) + constants512.rounds[t] + w[t];
    const s0 = turned64(a, 28n) ^ turned64(a, 34n) ^ turned64(a, 39n);
    const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WORD, c, b, a, (one + two) & WORD];
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + before[i]) & WORD);
}
