// The replay: what each entry changes of its issue, as docs/reference/log-format.md and guards.md
// have it, and how everything stood after any entry. No document, no clock.

const DAY = 86400000;

const numbers = new Map(); // of the days asked for: there are few, and each is asked for often

function dayNumber(day) {
  let number = numbers.get(day);
  if (number === undefined) {
    number = Math.round(Date.parse(`${day}T00:00:00Z`) / DAY);
    numbers.set(day, number);
  }
  return number;
}

function dayOf(number) {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/** Return by how many days one day is after another. */
function daysBetween(day, later) {
  return dayNumber(later) - dayNumber(day);
}

function onward(day, since, by) {
  return day === null || day < since ? day : dayOf(dayNumber(day) + Math.max(by, 0));
}

function changed(list, number, changes) {
  return list.map((item) => (item.number === number ? { ...item, ...changes } : item));
}

function registered({ stream, facts, day }) {
  const due = facts.due || null;
  const measure = ({ text }, i) => ({ number: i + 1, text, cycle: 1, due: null, person: null,
    doneOn: null, dropped: null });
  return {
    key: stream, round: facts.round, number: facts.number, title: facts.title,
    aspect: facts.aspect || "", unit: facts.unit, registeredOn: day, cycle: 1,
    type: facts.type || "dated", longTerm: facts.long_term === true,
    due, dueOriginal: due, dueSource: facts.due_source || "",
    leader: null, department: null, person: null,
    measures: (facts.measures || []).map(measure), evidence: [], extensions: [], letters: [],
    remainder: null, returns: 0, voided: null, suspendedSince: null,
    completedOn: null, acceptedOn: null, acceptances: 0, obligations: [],
  };
}

function ownDate(facts) {
  return { due: facts.due || null, dueSource: facts.due_source || "" };
}

function lapsed(extensions) {
  return extensions.map((e) => (e.outcome === null ? { ...e, outcome: "lapsed" } : e));
}

function ended(issue, measure) {
  const waits = issue.extensions.some((e) => e.outcome === null && e.measure === measure);
  return waits ? { extensions: lapsed(issue.extensions) } : {};
}

/** Return the requests for a later date; one that the date itself has reached has lapsed. */
function overtaken(issue) {
  const waiting = issue.extensions.find((e) => e.outcome === null);
  if (waiting === undefined) return issue.extensions;
  const part = issue.measures.find((m) => m.number === waiting.measure);
  const stands = waiting.measure === null ? issue.due : part ? part.due : null;
  return stands !== null && stands >= waiting.asked ? lapsed(issue.extensions) : issue.extensions;
}

function resumed(issue, { facts, day }) {
  const since = issue.suspendedSince;
  if (since === null) return {};
  const by = daysBetween(since, day);
  const changes = { suspendedSince: null };
  if ("due" in facts) Object.assign(changes, ownDate(facts));
  else if (issue.acceptedOn === null) changes.due = onward(issue.due, since, by);
  const limit = "due" in changes ? changes.due : issue.due;
  changes.measures = issue.measures.map((m) => {
    const still = m.cycle !== issue.cycle || m.doneOn || m.dropped || m.due === null;
    if (still || m.due < since) return m;
    const due = onward(m.due, since, by);
    return { ...m, due: limit !== null && limit < due ? limit : due };
  });
  if (issue.remainder && !issue.remainder.doneOn) {
    changes.remainder = { ...issue.remainder, due: onward(issue.remainder.due, since, by) };
  }
  return { ...changes, extensions: overtaken({ ...issue, ...changes }) };
}

function granted(issue, { facts }) {
  const request = issue.extensions.find((e) => e.outcome === null);
  if (request === undefined) return {};
  const decided = { outcome: "granted", granted: facts.due };
  const extensions = changed(issue.extensions, request.number, decided);
  if (request.measure === null) return { extensions, due: facts.due, dueSource: request.reason };
  return { extensions, measures: changed(issue.measures, request.measure, { due: facts.due }) };
}

function handedOver(issue, { facts }) {
  const { from_person: one, to_person: other } = facts;
  const changes = {
    measures: issue.measures.map((m) =>
      m.person === one && m.cycle === issue.cycle && !m.doneOn && !m.dropped
        ? { ...m, person: other }
        : m,
    ),
  };
  if (issue.leader === one) changes.leader = other;
  if (issue.person === one) changes.person = other;
  return changes;
}

function measureEdited(issue, { facts }) {
  const said = Object.fromEntries(
    ["text", "person", "due"].filter((name) => name in facts).map((name) => [name, facts[name]]),
  );
  const measures = changed(issue.measures, facts.measure, said);
  return { measures, extensions: overtaken({ ...issue, measures }) };
}

/** What an entry changes of its issue, by its effect. An effect not listed changes none of this. */
const EFFECTS = {
  void: (_, { facts }) => ({ voided: facts.reason }),
  classification: (issue, { facts }) => ({
    type: "type" in facts ? facts.type : issue.type,
    longTerm: "long_term" in facts ? facts.long_term : issue.longTerm,
    ...("due" in facts ? ownDate(facts) : {}),
  }),
  new_cycle: (issue, { facts }) => ({
    ...ownDate(facts), dueOriginal: facts.due || null, cycle: issue.cycle + 1, remainder: null,
    completedOn: null, acceptedOn: null, extensions: lapsed(issue.extensions),
  }),
  recalculation: (_, { facts }) => ("due" in facts ? ownDate(facts) : {}),
  responsibility: (issue, { facts }) =>
    Object.fromEntries(["leader", "department", "person"].map((name) =>
      [name, name in facts ? facts[name] : issue[name]])),
  handover: handedOver,
  letter: (issue, { facts, day }) => ({
    letters: [...issue.letters, { kind: facts.kind, on: day, sha256: facts.sha256 }],
  }),
  measure_added: (issue, { facts }) => ({
    measures: [...issue.measures, { number: issue.measures.length + 1, text: facts.text,
      cycle: issue.cycle, due: facts.due || null, person: facts.person || null, doneOn: null,
      dropped: null }],
  }),
  measure_edited: measureEdited,
  measure_done: (issue, { facts, day }) => ({
    measures: changed(issue.measures, facts.measure, { doneOn: facts.on || day }),
    ...ended(issue, facts.measure),
  }),
  measure_dropped: (issue, { facts }) => ({
    measures: changed(issue.measures, facts.measure, { dropped: facts.reason }),
    ...ended(issue, facts.measure),
  }),
  evidence: (issue, { facts }) => ({ evidence: [...issue.evidence, facts] }),
  return: (issue) => ({ returns: issue.returns + 1, remainder: null, completedOn: null }),
  completion: (_, { facts, day }) => ({
    completedOn: day,
    remainder: facts.verdict === "basically_completed"
      ? { text: facts.remains, person: facts.by, due: facts.until, doneOn: null }
      : null,
  }),
  remainder_done: ({ remainder }, { day }) => ({
    remainder: remainder && { ...remainder, doneOn: day },
  }),
  acceptance: (issue, { day }) => ({
    acceptedOn: day, acceptances: issue.acceptances + 1, extensions: lapsed(issue.extensions),
  }),
  due_date: (issue, { facts }) => {
    const own = { due: facts.due, dueSource: facts.reason };
    return { ...own, extensions: overtaken({ ...issue, ...own }) };
  },
  extension_request: (issue, { facts }) => ({
    extensions: [...issue.extensions, { number: issue.extensions.length + 1, asked: facts.due,
      measure: facts.measure || null, reason: facts.reason, outcome: null, granted: null }],
  }),
  extension_grant: granted,
  extension_refusal: (issue) => {
    const request = issue.extensions.find((e) => e.outcome === null);
    const refused = { outcome: "refused" };
    return request ? { extensions: changed(issue.extensions, request.number, refused) } : {};
  },
  suspension: (_, { day }) => ({ suspendedSince: day }),
  resumption: resumed,
};

/** Return an issue after an entry; null before the first. Throws on what no program wrote. */
function evolved(before, entry, index) {
  const issue = before === null ? registered(entry) : before;
  const effect = Object.prototype.hasOwnProperty.call(EFFECTS, entry.records)
    ? EFFECTS[entry.records]
    : () => ({});
  const closed = new Set(entry.closes.map(({ id }) => id));
  const kept = issue.obligations.filter(({ id }) => !closed.has(id));
  const same = closed.size === 0 && entry.opens.length === 0;
  return {
    ...issue,
    ...effect(issue, entry),
    obligations: same ? issue.obligations : [...kept, ...entry.opens],
    state: entry.to, process: entry.process, n: entry.n, at: entry.at, day: entry.day, index,
  };
}
