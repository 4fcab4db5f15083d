// The rules K1 to K5, A1, A2 and P1: checkpoints, anchors and keys beside the entries read well.

/** Return the roots of the trees of the wanted sizes, by size. */
function* rootsOf(leaves, suite, wanted) {
  const sizes = Array.from(new Set(wanted)).sort((a, b) => a - b);
  const roots = new Map();
  const frontier = [];
  let size = 0;
  for (const stop of sizes) {
    for (; size < stop; size += 1) {
      let node = leaves(size);
      for (let n = size; n & 1; n >>= 1) node = nodeOf(suite, frontier.pop(), node);
      frontier.push(node);
      if (size % 64 === 0) yield { sealed: size };
    }
    roots.set(stop, rootOver(suite, frontier));
  }
  return roots;
}

function nodeOf(suite, left, right) {
  return suite(joined([1], left, right));
}

function rootOver(suite, frontier) {
  if (frontier.length === 0) return suite(new Uint8Array(0));
  return frontier.reduceRight((node, left) => nodeOf(suite, left, node));
}

/** What the checkpoints say, held against the entries that were read well. */
class Seals {
  constructor(walk, lines) {
    this.walk = walk;
    this.total = lines; // of entries.jsonl
    this.checkpoints = []; // the readable ones: {…, note, before, signed, right}
    this.findings = [];
    this.unsure = false;
  }

  get suite() {
    return this.checkpoints.length > 0 ? this.checkpoints[0].suite : "sha256";
  }

  get last() {
    return this.checkpoints[this.checkpoints.length - 1] || null;
  }

  /** Read a line of checkpoints.jsonl (K1). */
  take(line) {
    const holder = isText(line) ? objectIn(line) : null;
    const note = holder === null ? null : noteIn(holder.note);
    const found = note === null ? null : checkpointIn(note.text);
    const before = this.last === null ? { size: 0, at: "" } : this.last;
    const fits =
      found !== null &&
      (this.walk.origin === "" || found.origin === this.walk.origin) &&
      (this.last === null || found.suite === this.suite) &&
      found.size > before.size &&
      found.at >= before.at;
    if (fits) this.checkpoints.push({ ...found, note, before: before.size });
    else this.findings.push(finding("checkpoint_unreadable", before.size));
  }

  /** Hold signature, root and size of every checkpoint against the log (K2, K3, K4). */
  *judge(roots) {
    const read = this.walk.entries.length;
    let right = 0;
    for (const checkpoint of this.checkpoints) {
      const { size } = checkpoint;
      yield* this.judgeSignature(checkpoint);
      if (size > this.total && this.walk.cut) this.findings.push(finding("log_cut", this.total));
      if (size > read) continue;
      checkpoint.right = sameBytes(roots.get(size), checkpoint.root);
      if (checkpoint.right) right = size;
      else this.findings.push(finding("root_differs", right));
    }
  }

  *judgeSignature(checkpoint) {
    const keys = this.keysFor(checkpoint);
    if (keys === null) return;
    let signed = false;
    for (const key of keys) {
      signed = yield* signedBy(checkpoint.note, key);
      if (signed !== false) break;
    }
    checkpoint.signed = signed;
    if (signed === null) this.unsure = true;
    if (signed === false) this.findings.push(finding("signature_wrong", checkpoint.before));
  }

  /** Return the keys in force for a checkpoint, null if it is not to be asked (K2). */
  keysFor({ size, before }) {
    const { keys, entries } = this.walk;
    if (keys.length === 0) return this.walk.isPartial ? null : [];
    if (size > entries.length) return null;
    const below = (limit) => keys.filter(({ index }) => index < limit).slice(-1);
    const inForce = below(size);
    const chosen = inForce.length > 0 ? [...inForce, ...below(before)] : keys.slice(0, 1);
    return chosen.map(({ key }) => key);
  }
}

const SHORT_ANCHOR = /^([1-9][0-9]{0,15}):([0-9a-f]{16,64})$/;

/** Return what an anchor's text says: {size, digits, note, origin}; null if it is no anchor. */
function anchorIn(text) {
  const short = SHORT_ANCHOR.exec(text.trim());
  if (short !== null) {
    const size = Number(short[1]);
    return Number.isSafeInteger(size) ? { size, digits: short[2], note: null } : null;
  }
  const note = noteIn(text);
  const found = note === null ? null : checkpointIn(note.text);
  return found && { size: found.size, digits: hexOf(found.root), note, origin: found.origin };
}

/** Hold an outside anchor against the log (A1, A2); `right` is the index that A1 names. */
function* anchorFindings(anchor, walk, total, roots, right) {
  const found = [];
  if (anchor.size > walk.entries.length) {
    if (walk.cut && anchor.size > total) found.push(finding("log_cut", total));
    return { found, fits: null };
  }
  const foreign = anchor.note !== null && anchor.origin !== walk.origin;
  const fits = !foreign && hexOf(roots.get(anchor.size)).startsWith(anchor.digits);
  if (!fits) found.push(finding("anchor_differs", right));
  if (anchor.note !== null && (yield* isForged(anchor.note, walk))) {
    found.push(finding("anchor_forged", right));
  }
  return { found, fits };
}

/** Tell whether a note bears the log's name and is signed by no key that it ever adopted. */
function* isForged(note, walk) {
  const named = note.signatures.some(({ name }) => name === walk.origin);
  if (!named || (walk.isPartial && walk.keys.length === 0)) return false;
  for (const { key } of walk.keys) {
    const signed = yield* signedBy(note, key);
    if (signed === null) walk.unsure = true;
    if (signed !== false) return false;
  }
  return true;
}
