// A moment of a round: which entries it has seen, and how every issue stood then.

/** A round of a history, with what the page was told beside it. */
class Round {
  constructor(history, told, code) {
    this.history = history;
    this.told = isObject(told) ? told : {};
    this.code = code;
    this.keys = Array.from(history.issues.keys())
      .filter((key) => code === "" || history.issues.get(key)[0].round === code)
      .sort((a, b) => this.first(a).number - this.first(b).number || (a < b ? -1 : 1));
    const list = Array.isArray(this.told.notices) ? this.told.notices : [];
    this.mine = new Set(this.keys);
    this.notices = list.filter((n) => isObject(n) && (this.mine.has(n.issue) || code === ""));
    this.columns = this.columnsFound();
  }

  /** Tell whether an entry is one of this round: of its issues, of the office, or unreadable. */
  has(entry) {
    return entry === null || entry.stream === OFFICE || this.mine.has(entry.stream);
  }

  first(key) {
    return this.history.issues.get(key)[0];
  }

  /** Return the states that are shown: those of the process in force last, then any other. */
  columnsFound() {
    const { history } = this;
    const last = history.office[history.office.length - 1];
    this.process = last ? last.process : "";
    const states = new Set(history.process(this.process).states);
    for (const key of this.keys) {
      for (const { state } of history.issues.get(key)) states.add(state);
    }
    return Array.from(states);
  }

  /** Return the moment of an entry: the world as it stands after it. */
  atEntry(index) {
    const { days, instants } = this.history;
    return { index, day: days[index] || "", at: instants[index] || "", whole: false };
  }

  /** Return the moment at the end of a day at the office. */
  atDay(day) {
    return { index: this.history.lastOn(day), day, at: "", whole: true };
  }

  /** Return how an issue stands; null before it is registered. */
  stand(key, moment) {
    const issue = this.history.issueAt(key, moment.index);
    if (issue === null) return null;
    const next = nearest(issue.obligations);
    const light = issue.voided !== null ? "void" : this.light(issue, moment);
    return {
      issue,
      next,
      light,
      remains: issue.remainder !== null && !issue.remainder.doneOn,
      overdue: issue.voided === null && next !== null && next.due < moment.day,
    };
  }

  light(issue, { index, day }) {
    if (issue.suspendedSince !== null) return "suspended";
    const lights = isObject(this.told.lights) ? this.told.lights : {};
    const relights = Object.prototype.hasOwnProperty.call(lights, issue.key)
      ? lights[issue.key]
      : null;
    if (!Array.isArray(relights)) return "unknown";
    const place = placeAfter(relights.length, (i) => relights[i][0] <= index);
    return place === 0 ? "green" : lightOn(relights[place - 1][1], day);
  }

  /** Return every issue as it stands, ordered by number. */
  stands(moment) {
    const found = [];
    for (const key of this.keys) {
      const stand = this.stand(key, moment);
      if (stand !== null) found.push(stand);
    }
    return found;
  }

  /** Return how much was owed, and of that the earliest: {count, first: [{stand, obligation}]}. */
  owed(stands, shown) {
    const first = [];
    let count = 0;
    for (const stand of stands) {
      if (stand.issue.voided !== null) continue;
      for (const obligation of stand.issue.obligations) {
        count += 1;
        if (first.length === shown && obligation.due >= first[shown - 1].obligation.due) continue;
        const place = placeAfter(first.length, (i) => first[i].obligation.due <= obligation.due);
        first.splice(place, 0, { stand, obligation });
        first.length = Math.min(first.length, shown);
      }
    }
    return { count, first };
  }

  /** Return how many notices were owed up to a moment; they are in order. */
  sentUpTo({ at, day, whole: isWhole }) {
    const before = isWhole ? (n) => n.day <= day : (n) => n.at <= at;
    return placeAfter(this.notices.length, (i) => before(this.notices[i]));
  }

  /** Return the first and the last day that the slider can show. */
  span() {
    const { days } = this.history;
    let first = days[0] || "";
    for (const key of this.keys) {
      const { registeredOn } = this.first(key);
      if (first === days[0] || registeredOn < first) first = registeredOn;
    }
    const last = days[days.length - 1] || "";
    const [one, other] = [first, last].map(dayNumber);
    return Number.isNaN(one) || Number.isNaN(other) ? null : [one, Math.max(one, other)];
  }
}

function nearest(obligations) {
  let found = null;
  for (const obligation of obligations) {
    if (found === null || obligation.due < found.due) found = obligation;
  }
  return found;
}

/** Return the figures over issues as they stand. */
function figuresOf(stands) {
  const live = stands.filter(({ issue }) => issue.voided === null);
  const count = (holds) => live.filter(holds).length;
  return {
    issues: live.length,
    accepted: count(({ issue }) => issue.acceptedOn !== null),
    overdue: count(({ overdue }) => overdue),
    returned: count(({ issue }) => issue.returns > 0),
    reopened: count(({ issue }) => issue.cycle > 1),
    suspended: count(({ issue }) => issue.suspendedSince !== null),
    void: stands.length - live.length,
  };
}
