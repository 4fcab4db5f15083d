// The history of a log: how everything stood after any entry, made once, looked up by halving.

/** Return the place behind the last of `count` that holds, where all that hold come first. */
function placeAfter(count, holds) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

class History {
  constructor(bundle) {
    this.bundle = bundle;
    this.entries = []; // as far as each can be read at all; null where it cannot
    this.issues = new Map(); // by key: the issue after each of its entries
    this.office = []; // {index, process, rounds} after each act that changes one of them
    this.days = []; // the day of each entry, never going back
    this.instants = [];
    this.processes = new Map();
  }

  /** Fold every line, in slices: yields after some of them. */
  *read() {
    for (const [index, line] of this.bundle.lines("entries.jsonl").entries()) {
      const entry = isText(line) ? parsed(line) : undefined;
      const sound = isObject(entry) && hasEntryFields(entry) ? entry : null;
      this.entries.push(sound);
      this.days.push(later(this.days, sound && sound.day));
      this.instants.push(later(this.instants, sound && sound.at));
      if (sound !== null) this.take(sound, index);
      if (index % 64 === 0) yield { folded: index };
    }
  }

  take(entry, index) {
    try {
      if (entry.stream === OFFICE) this.administer(entry, index);
      else this.evolve(entry, index);
    } catch {
      this.entries[index] = null; // a forger's entry need not make sense
    }
  }

  evolve(entry, index) {
    const past = this.issues.get(entry.stream) || [];
    const before = past.length > 0 ? past[past.length - 1] : null;
    past.push(evolved(before, entry, index));
    this.issues.set(entry.stream, past);
  }

  administer({ event, facts }, index) {
    const before = this.office[this.office.length - 1] || { process: "", rounds: {} };
    const after = { ...before, index };
    if (facts.process && event !== "migrate_issues") after.process = facts.process;
    if (event === "register_round") after.rounds = { ...before.rounds, [facts.code]: facts };
    if (after.process !== before.process || after.rounds !== before.rounds) this.office.push(after);
  }

  /** Return the office after the entry of an index; null before it is founded. */
  officeAt(index) {
    const place = placeAfter(this.office.length, (i) => this.office[i].index <= index);
    return place === 0 ? null : this.office[place - 1];
  }

  /** Return an issue after the entry of an index; null before it is registered. */
  issueAt(key, index) {
    const past = this.issues.get(key) || [];
    const place = placeAfter(past.length, (i) => past[i].index <= index);
    return place === 0 ? null : past[place - 1];
  }

  /** Return the index of the last entry of a day or before it; -1 if there is none. */
  lastOn(day) {
    return placeAfter(this.days.length, (i) => this.days[i] <= day) - 1;
  }

  /** Return the index of the last entry at an instant or before it; -1 if there is none. */
  lastAt(at) {
    return placeAfter(this.instants.length, (i) => this.instants[i] <= at) - 1;
  }

  /** Return a process: its states and labels; one that knows nothing if it cannot be read. */
  process(hash) {
    if (!this.processes.has(hash)) {
      const read = objectIn(this.bundle.text(`processes/${hash}.json`));
      this.processes.set(hash, processIn(read || {}));
    }
    return this.processes.get(hash);
  }
}

function later(list, value) {
  const before = list.length > 0 ? list[list.length - 1] : "";
  return value !== null && value > before ? value : before;
}

function processIn({ states, final, labels }) {
  const words = {};
  for (const language of ["zh", "en"]) {
    const pairs = isObject(labels) && Array.isArray(labels[language]) ? labels[language] : [];
    words[language] = new Map(pairs.filter((pair) => Array.isArray(pair) && pair.every(isText)));
  }
  const texts = (list) => (Array.isArray(list) ? list.filter(isText) : []);
  return { states: texts(states), final: texts(final), words };
}

/** Return the colour that turns have on a day: [[day, colour]…], green before the first. */
function lightOn(turns, day) {
  let colour = "green";
  for (const [since, turned] of turns) {
    if (since > day) break;
    colour = turned;
  }
  return colour;
}
