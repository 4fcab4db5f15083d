// The chart above the slider: how many issues were in which state over time, stacked, and how many
// were overdue. It stands exactly over the slider's track: a place on it is a place of the slider.

const SVG = "http://www.w3.org/2000/svg";
const SAMPLES = 240;
const HEIGHT = 100;

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

class Chart {
  constructor(place, round) {
    this.round = round;
    this.rows = new Map(); // what was counted, by mode
    this.cursor = svg("line", { class: "cursor", y1: 0, y2: HEIGHT });
    this.veil = svg("rect", { class: "veil", y: 0, height: HEIGHT, width: 0 });
    this.drawing = svg("svg", { viewBox: `0 0 1000 ${HEIGHT}`, preserveAspectRatio: "none",
      "aria-hidden": "true" });
    place.replaceChildren(this.drawing);
  }

  /** Draw the moments of places 0 to `last` of the slider; none is proven from `bad` on. */
  draw(mode, last, momentAt, bad) {
    const count = Math.min(SAMPLES, last + 1);
    const places = Array.from({ length: count }, (_, i) =>
      count === 1 ? 0 : Math.round((i * last) / (count - 1)));
    if (!this.rows.has(mode)) {
      this.rows.set(mode, places.map((place) => this.countsAt(momentAt(place))));
    }
    const rows = this.rows.get(mode);
    const most = Math.max(1, ...rows.map((row) => row.total));
    const x = (i) => (count === 1 ? 1000 * i : (1000 * places[i]) / last);
    const y = (n) => HEIGHT - (HEIGHT * n) / most;
    this.drawing.replaceChildren(
      ...this.round.columns.map((_, column) => this.area(rows, column, x, y)),
      this.overdueLine(rows, x, y),
      this.veil,
      this.cursor,
    );
    this.last = last;
    const from = bad === null ? 1000 : last === 0 ? 0 : (1000 * Math.max(0, bad)) / last;
    this.veil.setAttribute("x", from);
    this.veil.setAttribute("width", Math.max(0, 1000 - from));
  }

  countsAt(moment) {
    const counts = new Array(this.round.columns.length).fill(0);
    let overdue = 0;
    let total = 0;
    for (const key of this.round.keys) {
      const issue = this.round.history.issueAt(key, moment.index);
      if (issue === null || issue.voided !== null) continue;
      counts[this.round.columns.indexOf(issue.state)] += 1;
      total += 1;
      const next = nearest(issue.obligations);
      if (next !== null && next.due < moment.day) overdue += 1;
    }
    return { counts, overdue, total };
  }

  /** Return the area of a state; the last state lies at the bottom: what is done rises. */
  area(rows, column, x, y) {
    const below = rows.map(({ counts }) => counts.slice(column + 1).reduce((a, b) => a + b, 0));
    const upper = rows.map(({ counts }, i) => `${x(i)},${y(below[i] + counts[column])}`);
    const lower = below.map((n, i) => `${x(i)},${y(n)}`).reverse();
    return svg("polygon", { class: `s${column % 8}`, points: [...upper, ...lower].join(" ") });
  }

  overdueLine(rows, x, y) {
    const points = rows.map(({ overdue }, i) => `${x(i)},${y(overdue)}`).join(" ");
    return svg("polyline", { class: "overdue", points });
  }

  point(place) {
    const x = this.last === 0 ? 0 : (1000 * place) / this.last;
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }
}
