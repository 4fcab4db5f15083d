// The whole story of an issue, opened from its card; and the lists beside the board.

class Story {
  constructor(dialog, book, go) {
    this.dialog = dialog;
    this.book = book; // {round, names, history}
    this.go = go;
  }

  open(key, moment) {
    const { round, history } = this.book;
    const past = history.issues.get(key);
    const stand = round.stand(key, moment);
    const issue = stand === null ? past[0] : stand.issue;
    byId("story-body").replaceChildren(
      this.head(issue, stand, moment),
      this.facts(issue, stand, moment),
      this.measures(issue),
      this.entries(key, moment),
    );
    this.dialog.showModal();
    this.dialog.scrollTop = 0;
  }

  head(issue, stand, moment) {
    const { names } = this.book;
    const light = stand === null ? "unknown" : stand.light;
    const word = ["void", "suspended", "unknown"].includes(light)
      ? t(`light.${light}`)
      : names.light(issue.process, light);
    return el("header", {},
      el("p", { class: "quiet" }, `${issue.key} · ${issue.unit}`),
      el("h2", {}, issue.title),
      el("p", {},
        el("strong", {}, names.label(issue.process, "state", issue.state)), " ",
        el("span", { class: "light", "data-light": light }, word), " ",
        el("span", { class: "quiet" }, t("as_of", { day: dayWords(moment.day) }))));
  }

  facts(issue, stand, moment) {
    const { names } = this.book;
    const list = el("dl", { class: "facts" });
    const line = (name, value) => {
      if (value) list.append(el("dt", {}, t(name)), el("dd", {}, value));
    };
    const dated = issue.due === null ? "–" : `${issue.due}${issue.dueSource && ` (${issue.dueSource})`}`;
    line("fact.due", dated);
    if (issue.dueOriginal !== null && issue.dueOriginal !== issue.due) {
      line("fact.due_original", issue.dueOriginal);
    }
    line("fact.leader", issue.leader && names.person(issue.leader));
    line("fact.department", issue.department);
    line("fact.person", issue.person && names.person(issue.person));
    const owed = issue.obligations.map((o) =>
      `${names.owed(issue.process, o)} ${o.due} (${leftWords(moment.day, o.due).text})`);
    line("fact.owed", owed.join(t("comma")));
    line("fact.aspect", issue.aspect);
    line("fact.returns", issue.returns > 0 ? whole(issue.returns) : "");
    line("fact.cycle", issue.cycle > 1 ? whole(issue.cycle) : "");
    line("fact.evidence", issue.evidence.map(({ name }) => name).join(t("comma")));
    line("fact.void", issue.voided);
    return list;
  }

  measures(issue) {
    const plan = issue.measures.filter((m) => m.cycle === issue.cycle && !m.dropped);
    if (plan.length === 0) return null;
    const { names } = this.book;
    return el("section", {}, el("h3", {}, t("measures")),
      el("ol", { class: "measures" }, ...plan.map((m) =>
        el("li", { value: m.number, class: m.doneOn ? "done" : null }, m.text, " ",
          el("span", { class: "quiet" }, [
            m.doneOn ? t("done_on", { day: m.doneOn }) : m.due,
            m.person && names.person(m.person),
          ].filter((text) => text).join(" · "))))));
  }

  entries(key, moment) {
    const { history } = this.book;
    const lines = history.issues.get(key).map(({ index }) => {
      const line = this.line(index);
      line.classList.toggle("ahead", index > moment.index);
      return line;
    });
    return el("section", {}, el("h3", {}, t("story")), el("ol", { class: "lines whole" }, ...lines));
  }

  /** Return an entry as a line that leads to it. */
  line(index) {
    const { history } = this.book;
    const entry = history.entries[index];
    const button = el("button", { type: "button", class: "line" }, ...this.words(entry, index));
    button.addEventListener("click", () => this.go(index));
    const item = el("li", { "data-index": index }, button);
    if (this.book.bad !== null && index >= this.book.bad) item.classList.add("bad");
    return item;
  }

  /** Return an entry in words: what, who, from where to where; when, of what, why. */
  words(entry, index) {
    if (entry === null) return [el("em", {}, t("unreadable_entry", { index: whole(index) }))];
    const { names } = this.book;
    const said = reasonIn(entry);
    const why = names.people.get(said) || said;
    const state = (name) => names.label(entry.process, "state", name);
    const moves = entry.stream !== OFFICE && entry.from !== entry.to
      ? `${entry.from === "" ? "" : `${state(entry.from)} `}→ ${state(entry.to)}`
      : "";
    return [
      row("what", el("strong", {}, names.event(entry)),
        el("span", { class: "who" }, names.actor(entry.actor)),
        moves && el("span", { class: "moves" }, moves)),
      row("which", el("time", {}, instantWords(entry.at)),
        el("span", { class: "of" }, entry.stream === OFFICE ? t("office") : this.title(entry.stream)),
        why && el("span", { class: "why" }, why)),
    ];
  }

  title(stream) {
    const past = this.book.history.issues.get(stream);
    if (past === undefined) return stream;
    return t("numbered", { number: past[0].number, title: past[0].title });
  }

  // ---------------------------------------------------------------- beside the board

  /** Show the entry at the slider, and those before it. */
  showActs(moment, shown) {
    const mine = [];
    for (let index = moment.index; index >= 0 && mine.length < shown; index -= 1) {
      if (this.book.round.has(this.book.history.entries[index])) mine.push(index);
    }
    const [at] = mine;
    const now = at === undefined ? [t("nothing_yet")] : this.words(this.book.history.entries[at], at);
    byId("act").replaceChildren(...now);
    byId("acted").replaceChildren(...mine.map((index) => this.line(index)));
  }

  showOwed({ count, first }, moment) {
    const { names } = this.book;
    setText(byId("owed-count"), whole(count));
    byId("owed").replaceChildren(...first.map(({ stand: { issue }, obligation }) => {
      const left = leftWords(moment.day, obligation.due);
      const whom = obligation.person || (obligation.role === "responsible" && issue.person);
      return el("li", { class: left.late ? "late" : null },
        row("what", el("strong", {}, names.owed(issue.process, obligation)),
          el("span", { class: "who" }, whom ? names.person(whom) : names.role(obligation.role)),
          el("span", { class: "left" }, left.text)),
        row("which", el("time", {}, obligation.due),
          el("span", { class: "of" }, this.title(issue.key))));
    }), more(count - first.length));
  }

  showSent(moment, shown) {
    const { round, names } = this.book;
    const count = round.sentUpTo(moment);
    setText(byId("sent-count"), round.notices.length === 0 ? "" : whole(count));
    const last = round.notices.slice(Math.max(0, count - shown), count).reverse();
    const lines = last.map((notice) => {
      const isOver = notice.ended !== null && (moment.whole
        ? instantWords(notice.ended).slice(0, 10) <= moment.day
        : notice.ended <= moment.at);
      const status = isOver ? names.status(notice.status) : t("on_its_way");
      const cause = isOver && notice.cause ? this.cause(notice.cause) : "";
      return el("li", { class: isOver && notice.status === "dead" ? "late" : null },
        row("what", el("strong", {}, this.about(notice)),
          el("span", { class: "who" }, notice.recipient === "-" ? "–" : names.person(notice.recipient)),
          el("span", { class: "left", title: cause }, status)),
        row("which", el("time", {}, instantWords(notice.at)),
          el("span", { class: "of" }, notice.issue ? this.title(notice.issue) : "")));
    });
    const none = round.notices.length === 0 ? el("li", { class: "quiet" }, t("nothing_told")) : null;
    byId("sent").replaceChildren(...lines, ...(none ? [none] : []), more(count - shown));
  }

  cause(code) {
    const { causes } = this.book.round.told;
    const said = isObject(causes) && isObject(causes[code]) ? causes[code][language] : "";
    return said || code;
  }

  about({ kind, event, template }) {
    const { round, names } = this.book;
    if (event) return names.label(round.process, "event", event);
    if (kind) return names.label(round.process, "kind", kind);
    return has(`template.${template}`) ? t(`template.${template}`) : template;
  }
}

function row(name, ...parts) {
  return el("span", { class: name }, ...parts);
}

function more(count) {
  return count > 0 ? el("li", { class: "more quiet" }, counted("more", count)) : "";
}
