// Canonical bytes: the one way in which a record is written (docs/reference/log-format.md).

const DEEPEST = 64; // levels: an entry has five
const LONGEST = 16_777_216; // bytes
const STAMP = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/;
const BEYOND_ASCII = /[^\x00-\x7f]/;
const LONE_SURROGATE = /[\ud800-\udfff]/u;

class NotCanonical extends Error {}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value) {
  return typeof value === "string";
}

function isWhole(value) {
  return Number.isInteger(value) && value >= 0;
}

/** Return a value as canonical text. Raises NotCanonical for what a log cannot hold. */
function canonical(value, depth = 0) {
  if (isText(value)) return textWritten(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new NotCanonical("number");
    return String(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (depth >= DEEPEST) throw new NotCanonical("depth");
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonical(item, depth + 1)).join(",")}]`;
  }
  const pairs = Object.keys(value).sort().map((key) => {
    if (BEYOND_ASCII.test(key)) throw new NotCanonical("key");
    return `${JSON.stringify(key)}:${canonical(value[key], depth + 1)}`;
  });
  return `{${pairs.join(",")}}`;
}

function textWritten(text) {
  if (BEYOND_ASCII.test(text)) {
    if (LONE_SURROGATE.test(text) || text.normalize("NFC") !== text) {
      throw new NotCanonical("text");
    }
  }
  return JSON.stringify(text);
}

/** Return what JSON holds, undefined if it is none. */
function parsed(text) {
  try {
    return isText(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Return the object that canonical JSON holds, null if it is not canonical or holds none. */
function objectIn(text) {
  const value = parsed(text);
  if (!isObject(value)) return null;
  try {
    return canonical(value) === text && !isTooLong(text) ? value : null;
  } catch {
    return null; // no value of the log, or nested beyond all bounds
  }
}

function isTooLong(line) {
  if (!isText(line)) return line.length > LONGEST;
  return line.length * 3 > LONGEST && encoded(line).length > LONGEST;
}

/** Return the entry that a line holds, null if it holds none. */
function entryIn(line) {
  const entry = objectIn(line);
  return entry !== null && hasEntryFields(entry) ? entry : null;
}

const TEXTS = ["stream", "request", "at", "day", "event", "prev"];
const TEXTS_OF_ISSUES = ["process", "from", "to", "records"];

function hasEntryFields(entry) {
  return (
    entry.v === 1 &&
    Number.isInteger(entry.n) &&
    TEXTS.every((name) => isText(entry[name])) &&
    isObject(entry.facts) &&
    isObject(entry.actor) &&
    STAMP.test(entry.at) &&
    (entry.stream === OFFICE || hasIssueFields(entry))
  );
}

function hasIssueFields(entry) {
  return (
    TEXTS_OF_ISSUES.every((name) => isText(entry[name])) &&
    (!("calendar" in entry) || isText(entry.calendar)) &&
    ["opens", "closes"].every((name) => isListOfNamed(entry[name]))
  );
}

function isListOfNamed(list) {
  return Array.isArray(list) && list.every((item) => isObject(item) && isText(item.id));
}

const OFFICE = "@office";
