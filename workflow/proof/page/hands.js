// What hands do to the page: slider, buttons, keys, language, comparing; and what a driver may ask.

View.prototype.listen = function listen() {
  const on = (id, event, act) => byId(id).addEventListener(event, act);
  on("slider", "input", () => {
    this.stop();
    this.slid();
  });
  on("entry-back", "click", () => this.step(-1));
  on("entry-on", "click", () => this.step(1));
  on("day-back", "click", () => this.stepDay(-1));
  on("day-on", "click", () => this.stepDay(1));
  on("play", "click", () => this.toggle());
  on("chart", "click", (event) => this.point(event));
  on("round", "change", (event) => this.choose(event.target.value));
  on("compare", "submit", (event) => this.compare(event));
  on("findings", "click", (event) => {
    const button = event.target.closest("[data-index]");
    if (button !== null) this.visit(Number(button.dataset.index));
  });
  for (const button of document.querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => this.change(button.dataset.mode));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => this.say(button.dataset.language));
  }
  document.addEventListener("keydown", (event) => this.key(event));
};

/** Go on by entries. */
View.prototype.step = function step(by) {
  this.stop();
  this.goto(this.moment.index + by);
};

/** Go on by days, to the end of each. */
View.prototype.stepDay = function stepDay(by) {
  this.stop();
  const span = this.round.span();
  if (span === null) return;
  const on = Math.max(span[0], Math.min(span[1], dayNumber(this.moment.day) + by));
  const day = dayOf(on);
  if (this.mode === "day") this.goto(this.history.lastOn(day), day);
  else this.goto(this.history.lastOn(day));
};

View.prototype.change = function change(mode) {
  this.stop();
  const { index, day, whole: isWhole } = this.moment;
  this.mode = mode;
  this.goto(index, mode === "day" && isWhole ? day : "");
};

View.prototype.say = function say(name) {
  const { moment } = this;
  speak(name, this.catalog, this.told.zone);
  this.build();
  byId("figures").replaceChildren();
  this.moment = moment;
  this.draw();
  if (this.verdict !== null) showVerdict(this.verdict, this.history);
  setText(byId("compared"), "");
};

View.prototype.point = function point(event) {
  const box = byId("chart").getBoundingClientRect();
  const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  this.slider.value = String(Math.round(share * this.last));
  this.stop();
  this.slid();
};

View.prototype.toggle = function toggle() {
  if (this.playing !== null) {
    this.stop();
    return;
  }
  if (Number(this.slider.value) >= this.last) this.slider.value = "0";
  const by = Math.max(1, Math.round(this.last / 250));
  this.playing = setInterval(() => {
    const next = Math.min(this.last, Number(this.slider.value) + by);
    this.slider.value = String(next);
    this.slid();
    if (next >= this.last) this.stop();
  }, OFTEN);
  this.slid();
  this.showPlaying();
};

View.prototype.stop = function stop() {
  if (this.playing !== null) clearInterval(this.playing);
  this.playing = null;
  this.showPlaying();
};

View.prototype.showPlaying = function showPlaying() {
  const plays = this.playing !== null;
  setText(byId("play"), plays ? "❚❚" : "▶");
  byId("play").setAttribute("aria-pressed", String(plays));
};

const BY_KEY = {
  ArrowLeft: (view) => view.slide(-1),
  ArrowRight: (view) => view.slide(1),
  PageDown: (view) => view.slide(-view.page),
  PageUp: (view) => view.slide(view.page),
  Home: (view) => view.slide(-Infinity),
  End: (view) => view.slide(Infinity),
  " ": (view) => view.toggle(),
};

/** Keys move the slider wherever one is, except where one writes or reads a story. */
View.prototype.key = function key(event) {
  const { target } = event;
  const writes = target.closest && target.closest("textarea, select, dialog");
  const presses = event.key === " " && target.closest && target.closest("button, summary");
  const act = BY_KEY[event.key];
  if (act === undefined || writes || presses || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  event.preventDefault();
  act(this);
};

View.prototype.slide = function slide(by) {
  this.stop();
  const place = Math.max(0, Math.min(this.last, Number(this.slider.value) + by));
  this.slider.value = String(place);
  this.slid();
};

Object.defineProperty(View.prototype, "page", {
  get() {
    return this.mode === "day" ? 7 : 10;
  },
});

/** Judge again, beside something that somebody brought from outside. */
View.prototype.compare = async function compare(event) {
  event.preventDefault();
  const brought = comparison(byId("anchor").value);
  const place = byId("compared");
  if (brought === null) {
    place.className = "bad";
    setText(place, t("compared.unreadable"));
    return;
  }
  const [grade, says] = comparedSays(await this.judge(brought), brought);
  place.className = grade;
  setText(place, says);
};

// ---------------------------------------------------------------- for a driver

const view = new View(held());
const verdict = view.run().catch((error) => {
  document.body.dataset.verdict = "tampered"; // what cannot even be judged is not what was made
  setText(byId("verdict-word"), t("verdict.failed"));
  setText(byId("verdict-says"), String(error));
  throw error;
});

globalThis.rectify = Object.freeze({
  verdict,
  judge: judgeEncoded,
  /** Set the slider to the last entry at an instant or before it; return what is shown. */
  at(instant) {
    view.change("entry");
    view.goto(view.history.lastAt(instant));
    return globalThis.rectify.state();
  },
  /** Return every issue as it is shown: for comparison with `rectify replay --json`. */
  state() {
    return view.round.stands(view.moment).map(({ issue, light }) => ({
      key: issue.key, state: issue.state, cycle: issue.cycle, n: issue.n, title: issue.title,
      unit: issue.unit, due: issue.due, light,
      responsible: { leader: issue.leader, department: issue.department, person: issue.person },
      measures: issue.measures.filter((m) => m.cycle === issue.cycle && !m.dropped).length,
      done: issue.measures.filter((m) => m.cycle === issue.cycle && !m.dropped && m.doneOn).length,
      evidence: issue.evidence.length, voided: issue.voided,
    }));
  },
  /** Return how many milliseconds it takes to show each of so many moments, one after the other. */
  pace(moments) {
    const took = [];
    for (let i = 0; i < moments; i += 1) {
      view.moment = view.momentAt(Math.round((i * view.last) / Math.max(1, moments - 1)));
      const began = performance.now();
      view.show();
      took.push(performance.now() - began);
    }
    return took;
  },
});
