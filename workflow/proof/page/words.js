// Words: the texts of the page in the language chosen, people's words for names, days and times.

let language = "zh";
let texts = {};
let formats = {};
let zone = "UTC";

const EXAMPLE = new Date(0);

/** Speak a language from now on, on an office's clock. */
function speak(name, catalog, office) {
  language = name === "en" ? "en" : "zh";
  texts = catalog[language] || {};
  lefts.clear();
  zone = isZone(office) ? office : "UTC";
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const date = { year: "numeric", month: language === "zh" ? "long" : "short", day: "numeric",
    weekday: "short", timeZone: "UTC" };
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const numbers = { year: "numeric", month: "2-digit", day: "2-digit" };
  formats = {
    date: new Intl.DateTimeFormat(locale, date),
    time: new Intl.DateTimeFormat(locale, time),
    stamp: new Intl.DateTimeFormat("sv-SE", { ...numbers, ...time }),
    number: new Intl.NumberFormat(locale),
  };
  document.documentElement.lang = locale;
}

function isZone(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(EXAMPLE) !== "";
  } catch {
    return false;
  }
}

/** Return a text of the page with what it says put in. */
function t(name, values = {}) {
  const text = Object.prototype.hasOwnProperty.call(texts, name) ? texts[name] : name;
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function has(name) {
  return Object.prototype.hasOwnProperty.call(texts, name);
}

/** Return a text for one or for many. */
function counted(name, count) {
  const one = `${name}_one`;
  return t(count === 1 && has(one) ? one : name, { n: whole(count) });
}

function whole(count) {
  return formats.number.format(count);
}

/** Return a day in words. */
function dayWords(day) {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : formats.date.format(at).replace(/(日)(周|星期)/, "$1 $2");
}

/** Return a day as briefly as a line wants it: without the year where that is understood. */
function dayBriefly(day, beside = "") {
  return day.slice(0, 4) === beside.slice(0, 4) ? day.slice(5) : day;
}

/** Return an instant of the log on the office's clock. */
function instantWords(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? at : formats.stamp.format(moment);
}

function timeWords(at) {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? "" : formats.time.format(moment);
}

const lefts = new Map(); // what was said of so many days, in the language spoken

/** Return how far away a date is: {text, late}. */
function leftWords(day, due) {
  const left = daysBetween(day, due);
  if (!lefts.has(left)) lefts.set(left, { text: leftText(left), late: left < 0 });
  return lefts.get(left);
}

function leftText(left) {
  if (Number.isNaN(left)) return "";
  if (left === 0) return t("today");
  return counted(left > 0 ? "days_left" : "days_late", Math.abs(left));
}

/** Words for the names of processes, and of people where the bundle says who they are. */
class Names {
  constructor(bundle, history) {
    this.history = history;
    this.people = new Map();
    for (const line of bundle.lines("people.jsonl")) {
      const said = isText(line) ? parsed(line) : null;
      if (!isObject(said) || !isText(said.person) || !isObject(said.details)) continue;
      if (isText(said.details.name)) this.people.set(said.person, said.details.name);
    }
  }

  person(id) {
    if (id === "@clock") return t("clock");
    return id === null || id === undefined ? "–" : this.people.get(id) || String(id);
  }

  /** Return people's word for a name of a sort, by a process; else the name itself. */
  label(process, sort, name) {
    const { words } = this.history.process(process);
    const found = words[language].get(`${sort}.${name}`);
    return found === undefined ? name : found;
  }

  event(entry) {
    if (entry.stream !== OFFICE) return this.label(entry.process, "event", entry.event);
    return has(`act.${entry.event}`) ? t(`act.${entry.event}`) : entry.event;
  }

  light(process, colour) {
    const said = this.label(process, "colour", colour);
    return said === colour ? t(`light.${colour}`) : said;
  }

  owed(process, { kind, subject }) {
    const number = String(subject || "").split(".")[0];
    return `${this.label(process, "kind", kind)}${number && ` ${number}`}`;
  }

  actor({ person, on_behalf_of: principal }) {
    const who = this.person(person);
    return principal === undefined
      ? who
      : t("for_whom", { person: who, principal: this.person(principal) });
  }

  role(name) {
    return has(`role.${name}`) ? t(`role.${name}`) : String(name);
  }

  status(name) {
    return has(`status.${name}`) ? t(`status.${name}`) : String(name);
  }
}

const TELLING = ["reason", "note", "remains", "no_duties", "text", "name", "title"];
const TELLING_OF_OFFICE = ["reason", "person", "code", "name", "account", "principal"];

/** Return why, or what exactly, as the entry says it. */
function reasonIn({ stream, facts }) {
  const telling = stream === OFFICE ? TELLING_OF_OFFICE : TELLING;
  const found = telling.find((name) => isText(facts[name]) && facts[name] !== "");
  return found === undefined ? "" : facts[found];
}

// ---------------------------------------------------------------- elements

/** Return an element; text never becomes anything but text. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}
