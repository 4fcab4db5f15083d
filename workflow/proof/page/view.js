// The page: reads what it holds, judges it in slices, and shows the moment that the slider names.

const SHOWN = 8; // lines of a list beside the board
const OFTEN = 120; // milliseconds between two steps while it plays

/** Return the pieces of a block, one JSON value a line; a damaged line stands as it is. */
function piecesIn(script) {
  const lines = script.textContent.replace(/^\n|\n$/g, "").split("\n");
  return lines.filter((line) => line !== "").map((line) => {
    const piece = parsed(line);
    if (isText(piece)) return piece;
    return isObject(piece) && isText(piece.base64) ? unbase64(piece.base64) : `${line}\n`;
  });
}

function memberIn(script) {
  const pieces = piecesIn(script);
  const bytes = pieces.length === 1 && !isText(pieces[0]) ? pieces[0] : null;
  return [script.dataset.name, bytes || pieces.join("")];
}

/** Return what the page holds: a bundle, and what it was told beside it. */
function held() {
  const scripts = Array.from(document.querySelectorAll("script[data-sort]"));
  const value = (sort) => {
    const script = scripts.find(({ dataset }) => dataset.sort === sort);
    return (script && objectOrNull(script.textContent)) || {};
  };
  const told = value("told");
  const members = scripts.filter(({ dataset }) => dataset.sort === "member").map(memberIn);
  const leftOut = Array.isArray(told.left_out) ? told.left_out : [];
  return { told, catalog: value("words"), bundle: new Bundle(members, leftOut) };
}

function objectOrNull(text) {
  const value = parsed(text);
  return isObject(value) ? value : null;
}

class View {
  constructor({ told, catalog, bundle }) {
    Object.assign(this, { told, catalog, bundle });
    this.history = new History(bundle);
    this.verdict = null;
    this.mode = "entry";
    this.playing = null;
    this.asked = false;
  }

  /** Fold, show, judge; return the verdict. */
  async run() {
    speak(this.told.language, this.catalog, this.told.zone);
    this.label();
    let rested = performance.now();
    for (const _ of this.history.read()) {
      if (performance.now() - rested < SLICE) continue;
      await breath();
      rested = performance.now();
    }
    this.codes = Object.keys(this.lastOffice().rounds);
    this.choose(this.codes.includes(this.told.round) ? this.told.round : this.codes.slice(-1)[0] || "");
    this.listen();
    document.querySelector("main").hidden = this.history.entries.length === 0;
    return this.judge({});
  }

  lastOffice() {
    return this.history.office.slice(-1)[0] || { process: "", rounds: {} };
  }

  async judge(options) {
    const verdict = await judgeInSlices(this.bundle, options, showProgress);
    this.verdict = verdict;
    this.bad = verdict.verdict === "tampered" ? verdict.first_bad : null;
    showVerdict(verdict, this.history);
    if (this.board) this.draw();
    return verdict;
  }

  /** Show a round. */
  choose(code) {
    this.round = new Round(this.history, this.told, code);
    const span = this.round.span();
    if (span !== null && span[1] - span[0] > 20) this.mode = "day";
    this.build();
    const { moment } = this.told;
    const index = moment ? this.history.lastAt(moment) : this.history.entries.length - 1;
    this.goto(index, moment ? "" : this.history.days[index]);
  }

  /** Make everything that speaks a language anew. */
  build() {
    this.names = new Names(this.bundle, this.history);
    this.story = new Story(byId("story"), {
      round: this.round, names: this.names, history: this.history, bad: this.bad ?? null,
    }, (index) => this.visit(index));
    this.board = new Board(byId("board"), this.round, this.names, (key) =>
      this.story.open(key, this.moment));
    this.chart = new Chart(byId("chart"), this.round);
    this.label();
    this.head();
  }

  label() {
    for (const element of document.querySelectorAll("[data-text]")) {
      setText(element, t(element.dataset.text));
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", t(element.dataset.label));
      element.title = t(element.dataset.label);
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
  }

  head() {
    const { rounds } = this.lastOffice();
    const facts = rounds[this.round.code] || {};
    const keys = this.round.keys;
    const unit = facts.unit || (keys.length > 0 ? this.round.first(keys[0]).unit : "");
    setText(byId("heading"), unit || t("office"));
    const from = facts.inspection_from && t("period", {
      from: facts.inspection_from, to: facts.inspection_to || "" });
    const about = [t("page"), this.round.code && t("round_code", { code: this.round.code }), facts.kind,
      facts.group, from, facts.feedback && t("feedback", { day: facts.feedback })];
    setText(byId("about"), about.filter((text) => text).join(" · "));
    document.title = `${unit || "rectify"} – ${t("page")}`;
    byId("round").replaceChildren(...["", ...this.codes].map((code) =>
      el("option", { value: code, selected: code === this.round.code }, code || t("all_rounds"))));
    byId("round-choice").hidden = this.codes.length < 2;
    byId("legend").replaceChildren(
      ...this.round.columns.map((state, i) => el("li", {}, el("i", { class: `swatch s${i % 8}` }),
        this.names.label(this.round.process, "state", state))),
      el("li", {}, el("i", { class: "swatch overdue" }), t("overdue")));
  }

  // ---------------------------------------------------------------- the slider

  get slider() {
    return byId("slider");
  }

  get last() {
    const span = this.round.span();
    return this.mode === "day" && span !== null ? span[1] - span[0] : this.history.entries.length - 1;
  }

  momentAt(place) {
    const span = this.round.span();
    return this.mode === "day" && span !== null
      ? this.round.atDay(dayOf(span[0] + place))
      : this.round.atEntry(place);
  }

  /** Set the slider to an entry, or to the end of a day. */
  goto(index, day = "") {
    const span = this.round.span();
    const at = Math.max(0, Math.min(index, this.history.entries.length - 1));
    const on = day || this.history.days[at] || "";
    this.slider.max = String(Math.max(0, this.last));
    this.slider.value = String(this.mode === "day" && span ? dayNumber(on) - span[0] : at);
    this.moment = this.mode === "day" && day ? this.round.atDay(day) : this.round.atEntry(at);
    this.draw();
  }

  /** Go to an entry and show it as it stood right then. */
  visit(index) {
    if (byId("story").open) byId("story").close();
    this.goto(index);
  }

  slid() {
    this.moment = this.momentAt(Number(this.slider.value));
    this.ask();
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.show();
    });
  }

  /** Draw everything: after a change of language, mode, round or verdict. */
  draw() {
    for (const button of document.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === this.mode));
    }
    const bad = this.bad ?? null;
    const span = this.round.span();
    const from = bad === null || this.mode === "entry" || span === null
      ? bad
      : dayNumber(this.history.days[bad] || this.history.days.slice(-1)[0]) - span[0];
    this.story.book.bad = bad;
    this.chart.draw(this.mode, Math.max(0, this.last), (place) => this.momentAt(place), from);
    this.show();
  }

  show() {
    const { moment, round } = this;
    const stands = round.stands(moment);
    this.board.show(stands, moment);
    this.chart.point(Number(this.slider.value));
    showFigures(figuresOf(stands));
    this.story.showActs(moment, SHOWN);
    this.story.showOwed(round.owed(stands, SHOWN), moment);
    this.story.showSent(moment, SHOWN);
    this.caption();
  }

  caption() {
    const { index, day, at, whole: isWhole } = this.moment;
    setText(byId("day"), `${dayWords(day)}${isWhole ? "" : ` ${timeWords(at)}`}`);
    byId("day").setAttribute("datetime", isWhole ? day : at);
    const place = t("place", { index: whole(Math.max(0, index)), of: whole(this.history.entries.length) });
    setText(byId("place"), place);
    this.slider.setAttribute("aria-valuetext", `${byId("day").textContent}, ${place}`);
    this.slider.setAttribute("aria-label", t("slider"));
    const bad = this.bad ?? null;
    const isUnproven = bad !== null && index >= bad;
    byId("unproven").hidden = !isUnproven;
    document.body.toggleAttribute("data-unproven", isUnproven);
  }
}

const FIGURES = ["issues", "accepted", "overdue", "returned", "reopened", "suspended", "void"];

function showFigures(figures) {
  const place = byId("figures");
  if (place.childElementCount === 0) {
    place.append(...FIGURES.map((name) =>
      el("div", { "data-figure": name }, el("dd", {}, ""), el("dt", {}, ""))));
  }
  FIGURES.forEach((name, i) => {
    const [value, label] = place.children[i].children;
    setText(value, whole(figures[name]));
    setText(label, t(`figure.${name}`));
    place.children[i].classList.toggle("none", figures[name] === 0);
  });
}
