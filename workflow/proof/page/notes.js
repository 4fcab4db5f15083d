// Keys, signed notes and checkpoints as C2SP writes them (c2sp.org/signed-note, tlog-checkpoint).

const ORIGIN = /^rectify\/[0-9a-f]{16}$/;
const SIZE = /^[1-9][0-9]{0,15}$/;
const NAME = /^[!-*,-~]+$/; // what can be printed, without "+"
const DASH = "— ";
const ED25519 = 1;
const MOST_SIGNATURES = 100;

/** Return the key that a line states, null if it is none of ours. */
function keyIn(text) {
  const [name, hexid, ...rest] = isText(text) ? text.split("+") : [""];
  const raw = rest.length > 0 ? unbase64(rest.join("+")) : null; // Base64 has "+" too
  if (!NAME.test(name) || raw === null || raw.length !== 33 || raw[0] !== ED25519) return null;
  const id = sha256(joined(encoded(`${name}\n`), raw)).subarray(0, 4);
  if (hexOf(id) !== hexid) return null;
  return { name, id, text, public: raw.subarray(1), fingerprint: hexOf(sha256(raw.subarray(1))) };
}

/** Return text and signatures of a note, null if it is none. */
function noteIn(written) {
  if (!isText(written)) return null;
  const blank = written.lastIndexOf("\n\n");
  const rest = written.slice(blank + 2);
  if (blank < 0 || !rest.endsWith("\n")) return null;
  const signatures = rest.slice(0, -1).split("\n").map(signatureIn);
  if (signatures.includes(null) || signatures.length > MOST_SIGNATURES) return null;
  return { text: written.slice(0, blank + 1), signatures };
}

function signatureIn(line) {
  const space = line.indexOf(" ", DASH.length);
  if (!line.startsWith(DASH) || space < 0) return null;
  const name = line.slice(DASH.length, space);
  const raw = unbase64(line.slice(space + 1));
  if (!NAME.test(name) || raw === null || raw.length <= 4) return null;
  return { name, id: raw.subarray(0, 4), signature: raw.subarray(4) };
}

/** Return the checkpoint that a note's text states, null if it is none. */
function checkpointIn(text) {
  const lines = text.split("\n");
  if (lines.length !== 6 || lines[5] !== "") return null;
  const [origin, size, root, suite, at] = lines;
  if (!ORIGIN.test(origin) || !SIZE.test(size)) return null;
  if (!suite.startsWith("suite ") || !at.startsWith("at ")) return null;
  const found = {
    origin,
    size: Number(size),
    root: unbase64(root),
    suite: suite.slice("suite ".length),
    at: at.slice("at ".length),
  };
  const known = Object.prototype.hasOwnProperty.call(SUITES, found.suite);
  return known && Number.isSafeInteger(found.size) && found.root !== null && found.root.length === 32 && STAMP.test(found.at)
    ? found
    : null;
}

/**
 * Ask whether a note is signed by a key: yields each question {key, signature, message} and takes
 * the answer, true or false, or null where nobody can say.
 */
function* signedBy(note, key) {
  let answer = false;
  for (const line of note.signatures) {
    const hers = line.name === key.name && sameBytes(line.id, key.id);
    if (!hers || line.signature.length !== 64) continue;
    const right = yield { key: key.public, signature: line.signature, message: note.text };
    if (right === true) return true;
    if (right === null) answer = null;
  }
  return answer;
}
