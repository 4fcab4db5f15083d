// The rules E1 to E10 of docs/reference/bundle-format.md: each entry beside those before it.

const PREFIX = encoded("\0rectify/entry/1\n");

/** A finding: its code, whether it is tampering (else something is missing), its index. */
function finding(code, index, tampered = true) {
  return { code, index, tampered };
}

/** What is known of a log whose entries are read in order. */
class Walk {
  constructor(bundle) {
    this.bundle = bundle;
    this.entries = []; // those read well
    this.hashes = []; // in hex, of each of them
    this.data = []; // what each of them is hashed from
    this.streams = new Map();
    this.requests = new Set();
    this.steps = new Map(); // by the hash of a process: its steps by state and event, or why not
    this.keys = []; // as they were adopted: {index, key}
    this.recovery = null; // a key that may hand on once where the last one is lost
    this.origin = "";
    this.bad = null; // the first bad line
    this.cut = false; // somebody has seen more entries than there are
    this.unsure = false; // a signature could not be checked here
    this.findings = [];
  }

  /** Examine the next line; what it yields are questions about signatures. */
  *read(line) {
    const index = this.entries.length;
    const data = lineData(isTooLong(line) ? "" : line);
    const entry = entryIn(line);
    const hash = hexOf(sha256(data));
    if (index === 0) this.origin = `rectify/${hash.slice(0, 16)}`;
    const found = entry === null ? ["entry_unreadable"] : yield* this.examine(entry);
    for (const code of found) this.note(code, index, code !== "process_missing");
    if (this.bad !== null) return;
    this.entries.push(entry);
    this.hashes.push(hash);
    this.data.push(data);
    this.follow(entry, hash);
  }

  /** Tell whether keys and commitments may be out of sight: behind a bad line, or cut off. */
  get isPartial() {
    return this.bad !== null || this.cut;
  }

  note(code, index, tampered) {
    this.findings.push(finding(code, index, tampered));
    if (tampered) this.bad = index;
  }

  *examine(entry) {
    const stream = this.streams.get(entry.stream) || NEW_STREAM;
    const found = [];
    if (entry.n !== stream.n + 1) found.push("order_wrong");
    if (entry.prev !== stream.hash) found.push("chain_broken");
    if (entry.at < stream.at) found.push("time_backwards");
    if (this.requests.has(entry.request)) found.push("request_repeated");
    if (this.isMisfounded(entry)) found.push("office_missing");
    if (entry.stream !== OFFICE) return found.concat(this.examineIssue(entry, stream));
    if (isAdopting(entry) && !(yield* this.isAdoption(entry))) found.push("key_wrong");
    return found;
  }

  isMisfounded(entry) {
    const founds = entry.stream === OFFICE && entry.event === "found_office";
    return founds ? this.entries.length > 0 || entry.n !== 1 : this.entries.length === 0;
  }

  examineIssue(entry, stream) {
    const found = [];
    const steps = this.stepsOf(entry.process);
    if (isText(steps)) found.push(steps);
    else if (!stream.blind && !isStep(steps, entry, stream.state)) found.push("step_not_allowed");
    if (!areObligations(entry, stream)) found.push("obligations_wrong");
    return found;
  }

  /** Return the steps of a process by state and event, or the code of what is wrong with it. */
  stepsOf(hash) {
    if (!this.steps.has(hash)) this.steps.set(hash, this.bundle.stepsOf(hash));
    return this.steps.get(hash);
  }

  /** Tell whether an entry adopts a key rightly (E10). */
  *isAdoption(entry) {
    const key = keyIn(entry.facts.key);
    if (key === null || key.name !== this.origin) return false;
    const word = this.wordFor(entry, key);
    if (word === null) return false;
    if (word.by === null) return true;
    const note = noteIn(entry.facts.note);
    if (note === null || note.text !== word.text) return false;
    const right = yield* signedBy(note, word.by);
    if (right === null) this.unsure = true;
    return right !== false;
  }

  /** Return what must be signed so that a key is adopted, and by which; null if by nobody's. */
  wordFor({ event, facts, prev }, { text }) {
    const last = this.keys.length > 0 ? this.keys[this.keys.length - 1].key : null;
    if (event === "adopt_recovery") {
      return last && { text: `rectify/recovery/1\n${text}\nafter ${prev}\n`, by: last };
    }
    if (!("recovery" in facts)) return { text: `rectify/key/1\n${text}\n`, by: last };
    if (this.recovery === null || facts.recovery !== this.recovery.text) return null;
    return { text: `rectify/recovered/1\n${text}\nafter ${prev}\n`, by: this.recovery };
  }

  /** Take an entry as read: what comes after it in its stream is held against it. */
  follow(entry, hash) {
    const before = this.streams.get(entry.stream) || NEW_STREAM;
    const after = { ...before, n: entry.n, hash, at: entry.at };
    this.requests.add(entry.request);
    if (entry.stream !== OFFICE) {
      after.state = entry.to;
      after.blind = before.blind || isText(this.stepsOf(entry.process));
      if (entry.opens.length > 0 || entry.closes.length > 0) {
        after.open = new Set(before.open);
        after.ever = new Set(before.ever);
        for (const { id } of entry.closes) after.open.delete(id);
        for (const { id } of entry.opens) after.open.add(id) && after.ever.add(id);
      }
    } else if (isAdopting(entry)) {
      this.adopt(entry);
    }
    this.streams.set(entry.stream, after);
  }

  adopt({ event, facts }) {
    const key = keyIn(facts.key);
    if (event === "adopt_recovery") this.recovery = key;
    else this.keys.push({ index: this.entries.length - 1, key });
    if (event === "adopt_key" && "recovery" in facts) this.recovery = null; // it is spent
  }
}

function isAdopting({ event }) {
  return event === "adopt_key" || event === "adopt_recovery";
}

const NEW_STREAM = Object.freeze({
  n: 0,
  hash: "",
  at: "",
  state: "",
  blind: false, // a process is missing: which step is allowed cannot be told any more
  open: new Set(),
  ever: new Set(),
});

function lineData(line) {
  const data = isText(line) ? encoded(line, PREFIX.length) : joined(PREFIX, line);
  data.set(PREFIX);
  return data;
}

function isStep(steps, entry, state) {
  const step = steps.get(JSON.stringify([state, entry.event]));
  if (step === undefined || entry.from !== state) return false;
  const target = step.target === "=" ? state : step.target;
  return entry.records === step.records && entry.to === target;
}

/** Return the steps that a process holds, by state and event; null if they are none. */
function stepsIn(text) {
  const process = objectIn(text);
  if (process === null || !Array.isArray(process.steps)) return null;
  const steps = new Map();
  for (const step of process.steps) {
    const sound =
      isObject(step) &&
      ["event", "target", "records"].every((name) => isText(step[name])) &&
      Array.isArray(step.sources) &&
      step.sources.every(isText);
    if (!sound) return null;
    for (const source of step.sources.length > 0 ? step.sources : [""]) {
      steps.set(JSON.stringify([source, step.event]), step);
    }
  }
  return steps;
}

function areObligations(entry, stream) {
  const open = new Set(stream.open);
  const ever = new Set(stream.ever);
  if (!entry.closes.every(({ id }) => open.delete(id))) return false;
  return entry.opens.every(({ id }) => !ever.has(id) && ever.add(id));
}
