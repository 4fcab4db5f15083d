// The judge: what docs/reference/bundle-format.md says of a bundle, and nothing else. No document,
// no clock, no network: members in, verdict out.

const PLAIN_WEEK = "b9716d56402c8a32f0b88a8d0bdddcf8138b2564dccf34de46b3c98c4794b54f";
const GRADES = ["sound", "tampered", "incomplete"];

/** The members of a bundle, by name. Content is text, or bytes where it is not UTF-8. */
class Bundle {
  constructor(members, leftOut = []) {
    this.members = new Map(members);
    this.repeated = this.members.size < members.length;
    this.leftOut = new Set(leftOut); // in the bundle, but not given to this judge
  }

  has(name) {
    return this.members.has(name);
  }

  text(name) {
    const content = this.members.get(name);
    return content === undefined || isText(content) ? content : decoded(content);
  }

  bytes(name) {
    const content = this.members.get(name);
    return isText(content) ? encoded(content) : content;
  }

  /** Return the lines of a member, each as text, or as bytes where they are not UTF-8. */
  lines(name) {
    const content = this.members.get(name);
    if (content === undefined) return [];
    const lines = isText(content) ? content.split("\n") : byteLines(content);
    if (lines[lines.length - 1].length === 0) lines.pop();
    return lines;
  }

  /** Tell whether a member's bytes have the hash that names it. */
  isNamed(name, hash) {
    const bytes = this.bytes(name);
    return bytes.length <= LONGEST && hexOf(sha256(bytes)) === hash;
  }

  /** Return the steps of a process by state and event, or the code of what is wrong with it. */
  stepsOf(hash) {
    const name = `processes/${hash}.json`;
    if (!this.has(name)) return "process_missing";
    const steps = this.isNamed(name, hash) ? stepsIn(this.text(name)) : null;
    return steps === null ? "process_changed" : steps;
  }
}

function byteLines(bytes) {
  const lines = [];
  for (let start = 0; start <= bytes.length; ) {
    const end = bytes.indexOf(10, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    const text = decoded(line);
    lines.push(text === null ? line : text);
    start = (end < 0 ? bytes.length : end) + 1;
  }
  return lines;
}

/**
 * Judge a bundle. Yields progress {read, of} or {sealed}, which take no answer, and questions about
 * signatures {key, signature, message}, which take one (see signedBy). Returns the verdict.
 */
function* judging(bundle, { anchors = [], fingerprint = "" } = {}) {
  if (bundle.repeated) return verdictOf([finding("member_repeated", 0)]);
  if (!bundle.has("entries.jsonl")) return verdictOf([finding("entries_missing", 0, false)]);
  const walk = new Walk(bundle);
  const lines = bundle.lines("entries.jsonl");
  for (const [i, line] of lines.entries()) {
    yield* walk.read(line);
    if (walk.bad !== null) break;
    if (i % 32 === 0) yield { read: i, of: lines.length };
  }
  const seals = new Seals(walk, lines.length);
  for (const line of bundle.lines("checkpoints.jsonl")) seals.take(line);
  const outside = anchors.map(anchorIn);
  if (outside.includes(null)) throw new Error("no anchor");
  outside.sort((a, b) => a.size - b.size);
  const wanted = [...seals.checkpoints, ...outside].map(({ size }) => size);
  const suite = SUITES[seals.suite];
  const leaf = (i) => (suite === sha256 ? unhex(walk.hashes[i]) : suite(walk.data[i]));
  const roots = yield* rootsOf(leaf, suite, wanted.filter((size) => size <= walk.entries.length));
  walk.cut = walk.bad === null && wanted.some((size) => size > lines.length);
  yield* seals.judge(roots);
  const compared = [];
  for (const anchor of outside) {
    const smaller = compared.filter(({ fits, size }) => fits === true && size < anchor.size);
    const right = Math.max(0, ...smaller.map(({ size }) => size));
    const told = yield* anchorFindings(anchor, walk, lines.length, roots, right);
    compared.push({ ...anchor, ...told });
  }
  const findings = [
    ...walk.findings,
    ...namedFindings(bundle, walk),
    ...seals.findings,
    ...compared.flatMap(({ found }) => found),
    ...bookFindings(bundle, walk, seals, lines.length, fingerprint),
  ];
  const verdict = verdictOf(findings);
  const between = verdict.verdict === "tampered"
    ? betweenOf(verdict.first_bad, walk, seals, compared, lines.length)
    : null;
  return { ...verdict, between, ...toldOf(walk, seals, lines.length, compared) };
}

/** Return verdict and first bad index over findings, each code once, ordered by index. */
function verdictOf(findings) {
  const first = new Map();
  for (const found of findings) {
    const before = first.get(found.code);
    if (before === undefined || found.index < before.index) first.set(found.code, found);
  }
  const told = Array.from(first.values()).sort((a, b) => a.index - b.index);
  const decisive = told.filter(({ tampered }) => tampered);
  const [worst = null] = decisive.length > 0 ? decisive : told;
  const grade = worst === null ? 0 : worst.tampered ? 1 : 2;
  return {
    verdict: GRADES[grade],
    first_bad: worst && worst.index,
    findings: told.map(({ code, index, tampered }) => ({
      code,
      index,
      grade: tampered ? "tampered" : "incomplete",
    })),
    entries: 0,
    sealed: 0,
    unsealed: 0,
    signatures: true,
  };
}

/** Return what is told beside a verdict: how much was read, what seals it, by whose key. */
function toldOf(walk, seals, lines, compared) {
  const read = walk.entries.length;
  const right = seals.checkpoints.filter((checkpoint) => checkpoint.right).slice(-1);
  const sealed = right.length > 0 ? right[0].size : 0;
  const last = seals.last;
  return {
    entries: read,
    sealed,
    unsealed: read - sealed,
    lines,
    bad: walk.bad,
    origin: walk.origin,
    checkpoints: seals.checkpoints.map(({ size, at, right, signed }) => ({
      size, at, right: right === true, signed: signed === true,
    })),
    seal: last && { size: last.size, root: hexOf(last.root), at: last.at, suite: last.suite },
    keys: walk.keys.map(({ index, key }) => ({ index, fingerprint: key.fingerprint })),
    anchors: compared.map(({ size, digits, fits }) => ({ size, digits, right: fits === true })),
    signatures: !walk.unsure && !seals.unsure,
  };
}

/** Return between which indices lies the first entry that was really changed. */
function betweenOf(firstBad, walk, seals, compared, lines) {
  const witnesses = compared.length > 0
    ? compared.filter(({ fits }) => fits === true)
    : seals.checkpoints.filter(({ right, signed }) => right && signed !== false);
  const from = witnesses.map(({ size }) => size).filter((size) => size <= firstBad);
  const wrong = [
    ...compared.filter(({ fits }) => fits === false),
    ...seals.checkpoints.filter(({ right }) => right === false),
  ].map(({ size }) => size - 1);
  const to = [...wrong, ...(walk.bad === null ? [] : [walk.bad]), ...(walk.cut ? [lines] : [])];
  return [Math.max(0, ...from), to.length > 0 ? Math.min(...to) : firstBad];
}

// ---------------------------------------------------------------- what entries name: C1 to C4

function namedFindings(bundle, walk) {
  const firsts = { calendar: new Map(), letter: new Map(), evidence: new Map() };
  walk.entries.forEach((entry, index) => {
    if (entry.stream === OFFICE) return;
    const { sha256: hash } = entry.facts;
    if (entry.calendar) keep(firsts.calendar, entry.calendar, index);
    if (entry.records === "letter" && isText(hash)) keep(firsts.letter, hash, index);
    if (entry.records === "evidence" && isText(hash)) keep(firsts.evidence, hash, index);
  });
  const found = [];
  firsts.calendar.forEach((index, hash) => {
    const name = `calendars/${hash}.json`;
    if (hash === PLAIN_WEEK) return;
    if (!bundle.has(name)) found.push(finding("calendar_missing", index, false));
    else if (!bundle.isNamed(name, hash)) found.push(finding("calendar_changed", index));
  });
  firsts.letter.forEach((index, hash) => {
    const name = `letters/${hash}.txt`;
    if (bundle.has(name) && !bundle.isNamed(name, hash)) {
      found.push(finding("letter_changed", index));
    }
  });
  const people = walk.isPartial ? [] : detailFindings(bundle, walk);
  return [...found, ...evidenceFindings(bundle, walk, firsts.evidence), ...people];
}

function keep(map, key, index) {
  if (!map.has(key)) map.set(key, index);
}

function evidenceFindings(bundle, walk, firsts) {
  const here = new Set();
  for (const line of bundle.lines("evidence.jsonl")) {
    const piece = isText(line) ? objectIn(line) : null;
    if (piece !== null && piece.held === "here") here.add(piece.sha256);
  }
  const found = [];
  firsts.forEach((index, hash) => {
    const name = `evidence/${hash}`;
    if (bundle.leftOut.has(name)) return;
    if (!bundle.has(name)) {
      if (here.has(hash)) found.push(finding("evidence_missing", index, false));
      return;
    }
    const bytes = bundle.bytes(name);
    const sizes = bytes.length === walk.entries[index].facts.size;
    if (!sizes || hexOf(sha256(bytes)) !== hash) found.push(finding("evidence_changed", index));
  });
  return found;
}

function detailFindings(bundle, walk) {
  const lines = bundle.lines("people.jsonl");
  if (lines.length === 0) return [];
  const last = new Map();
  walk.entries.forEach(({ stream, facts }, index) => {
    if (stream !== OFFICE || !isText(facts.person) || !isText(facts.commitment)) return;
    last.set(facts.person, { index, commitment: facts.commitment });
  });
  return lines.flatMap((line) => {
    const person = isText(line) ? objectIn(line) : null;
    if (person === null || !isText(person.person)) return [finding("details_differ", 0)];
    if (person.redacted === true) return [];
    const salt = /^[0-9a-f]{64}$/.test(person.salt) ? unhex(person.salt) : null;
    if (salt === null || !isObject(person.details)) return [finding("details_differ", 0)];
    const made = hexOf(hmac(salt, encoded(canonical(person.details))));
    const { index, commitment } = last.get(person.person) || { index: 0, commitment: "" };
    return made === commitment ? [] : [finding("details_differ", index)];
  });
}

// ---------------------------------------------------------------- manifest and keys: K5, P1, M1 …

function bookFindings(bundle, walk, seals, lines, fingerprint) {
  const found = [];
  const { keys } = walk;
  if (lines === 0) found.push(finding("entries_missing", 0, false));
  const manifest = manifestIn(bundle.text("manifest.json"));
  if (manifest === null) found.push(finding("manifest_wrong", 0, false));
  else found.push(...manifestFindings(manifest, walk, seals, lines));
  if (!walk.isPartial && bundle.has("keys.txt")) {
    const adopted = keys.map(({ key }) => `${key.text}\n`).join("");
    if (bundle.text("keys.txt") !== adopted) found.push(finding("keys_differ", 0));
  }
  const hidden = walk.isPartial && keys.length === 0;
  if (fingerprint !== "" && !hidden) {
    const first = keys.length > 0 ? keys[0].key.fingerprint : "";
    if (first !== fingerprint) found.push(finding("key_unexpected", 0));
  }
  return found;
}

function manifestIn(text) {
  const manifest = objectIn(text);
  const sound =
    manifest !== null &&
    manifest.format === "rectify/bundle/1" &&
    isText(manifest.origin) &&
    isText(manifest.made_at) &&
    isWhole(manifest.entries) &&
    isWhole(manifest.sealed);
  return sound ? manifest : null;
}

function manifestFindings({ entries, sealed, origin }, walk, seals, lines) {
  const found = [];
  const size = seals.last === null ? 0 : seals.last.size;
  if (sealed !== size) found.push(finding("sealed_differs", Math.min(sealed, size)));
  if (walk.entries.length > 0 && origin !== walk.origin) found.push(finding("origin_differs", 0));
  if (walk.bad !== null) return found;
  if (entries > lines) found.push(finding("entries_missing", lines, false));
  if (entries < lines) found.push(finding("entries_added", entries));
  return found;
}
