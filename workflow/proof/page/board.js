// The board: issues by state as columns of cards. Cards are made once and changed only where what
// they say changes, so that the slider stays light with hundreds of issues.

class Board {
  constructor(place, round, names, open) {
    this.round = round;
    this.names = names;
    this.cards = new Map();
    this.columns = new Map();
    for (const state of round.columns) this.columns.set(state, this.column(state));
    place.replaceChildren(...Array.from(this.columns.values(), ({ section }) => section));
    place.style.setProperty("--columns", String(this.columns.size));
    this.open = open;
  }

  column(state) {
    const count = el("span", { class: "count" });
    const list = el("ol", { class: "cards" });
    const label = this.names.label(this.round.process, "state", state);
    const swatch = el("i", { class: `swatch s${this.round.columns.indexOf(state) % 8}` });
    const section = el("section", { class: "column", "data-state": state },
      el("h2", { title: label }, swatch, el("span", { class: "label" }, label), count), list);
    return { section, list, count, label };
  }

  /** Show issues as they stand at a moment; `unproven` greys them. */
  show(stands, moment) {
    const counts = new Map();
    const seen = new Set();
    for (const stand of stands) {
      const { issue } = stand;
      seen.add(issue.key);
      if (issue.voided === null) counts.set(issue.state, (counts.get(issue.state) || 0) + 1);
      this.place(this.cardOf(issue.key), stand, moment);
    }
    for (const card of this.cards.values()) {
      if (!seen.has(card.key) && card.state !== null) this.take(card);
    }
    for (const [state, { count }] of this.columns) setText(count, whole(counts.get(state) || 0));
  }

  cardOf(key) {
    if (!this.cards.has(key)) this.cards.set(key, this.made(key));
    return this.cards.get(key);
  }

  made(key) {
    const parts = {
      number: el("b", { class: "number" }),
      light: el("span", { class: "light" }),
      title: el("span", { class: "title" }),
      who: el("span", { class: "who" }),
      owed: el("span", { class: "owed" }),
      left: el("span", { class: "left" }),
      marks: el("span", { class: "marks" }),
    };
    const head = el("span", { class: "head" }, parts.number, parts.light, parts.left);
    const body = el("span", { class: "whose" }, parts.who, parts.marks);
    const button = el("button", { type: "button", class: "card", "data-key": key },
      head, parts.title, body, parts.owed);
    button.addEventListener("click", () => this.open(key));
    const item = el("li", {}, button);
    return { key, item, button, parts, state: null, issue: null, light: "", left: "" };
  }

  take(card) {
    card.item.remove();
    Object.assign(card, { state: null, issue: null });
  }

  place(card, stand, moment) {
    const { issue } = stand;
    if (card.issue !== issue) this.write(card, stand);
    if (card.light !== stand.light) {
      card.light = stand.light;
      card.button.dataset.light = stand.light;
      setText(card.parts.light, this.lightWord(stand));
    }
    const left = stand.next === null ? "" : leftWords(moment.day, stand.next.due);
    if (card.left !== left.text) {
      card.left = left.text;
      card.parts.left.textContent = left.text || "";
      card.parts.left.classList.toggle("late", left.late === true && stand.light !== "suspended");
    }
    if (card.state !== issue.state) this.move(card, issue);
  }

  lightWord({ light, issue }) {
    const own = ["void", "suspended", "unknown"].includes(light);
    return own ? t(`light.${light}`) : this.names.light(issue.process, light);
  }

  write(card, stand) {
    const { issue, next } = stand;
    const { parts } = card;
    setText(parts.number, String(issue.number));
    setText(parts.title, issue.title);
    const who = issue.person === null ? t("nobody_named") : this.names.person(issue.person);
    setText(parts.who, [who, issue.department].filter((text) => text).join(" · "));
    parts.who.classList.toggle("quiet", issue.person === null);
    const owed = next === null ? "" : this.names.owed(issue.process, next);
    setText(parts.owed, next === null ? t("nothing_owed") : `${dayBriefly(next.due, issue.day)} ${owed}`);
    parts.marks.replaceChildren(...this.marks(stand));
    card.issue = issue;
    card.button.classList.toggle("void", issue.voided !== null);
  }

  marks({ issue, remains }) {
    const granted = issue.extensions.filter((e) => e.outcome === "granted").length;
    const waits = issue.extensions.some((e) => e.outcome === null);
    const said = [
      [issue.returns, "returned", "↩"],
      [issue.cycle - 1, "reopened", "↻"],
      [granted, "extended", "⇥"],
    ];
    const marks = said.filter(([count]) => count > 0).map(([count, name, sign]) =>
      el("span", { class: `mark ${name}`, title: t(`mark.${name}`, { n: count }) },
        `${sign}${count > 1 ? count : ""}`));
    if (waits) marks.push(el("span", { class: "mark asked", title: t("mark.asked") }, "⇥?"));
    if (remains) marks.push(el("span", { class: "mark remains", title: t("mark.remains") }, "½"));
    return marks;
  }

  /** Put a card into the column of its issue's state, at its place by number. */
  move(card, issue) {
    const { list } = this.columns.get(issue.state);
    card.state = issue.state;
    card.number = issue.number;
    card.item.dataset.number = String(issue.number);
    let before = list.lastElementChild;
    while (before !== null && Number(before.dataset.number) > issue.number) {
      before = before.previousElementSibling;
    }
    if (before === null) list.prepend(card.item);
    else before.after(card.item);
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
