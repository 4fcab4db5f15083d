// The verdict as people read it: sound, tampered or incomplete; by which seal, whose key, up to when.

/** Show how far the judge has come. */
function showProgress({ read = null, of = 0 }) {
  const text = read === null ? t("judging_seals") : t("judging", { n: whole(read), of: whole(of) });
  setText(byId("verdict-says"), text);
}

function showVerdict(verdict, history) {
  document.body.dataset.verdict = verdict.verdict;
  const bare = verdict.verdict === "sound" && !verdict.seal;
  document.body.toggleAttribute("data-unsealed", bare);
  setText(byId("verdict-word"), t(bare ? "verdict.unsealed" : `verdict.${verdict.verdict}`));
  setText(byId("verdict-says"), verdictSays(verdict, bare));
  byId("seal").replaceChildren(...sealLines(verdict));
  byId("findings").replaceChildren(
    ...verdict.findings.map((found) => findingLine(found, verdict, history)),
  );
  const { seal } = verdict;
  const anchor = seal ? t("foot_anchor", { anchor: `${seal.size}:${seal.root.slice(0, 16)}` }) : "";
  setText(byId("foot-anchor"), anchor);
}

function verdictSays(verdict, bare) {
  const said = [];
  if (bare) said.push(t("says.unsealed", { n: whole(verdict.entries) }));
  else if (verdict.verdict === "sound") said.push(t("says.sound", { n: whole(verdict.entries) }));
  else said.push(t(`says.${verdict.verdict}`, { index: whole(verdict.first_bad) }));
  if (verdict.verdict === "tampered" && verdict.between) {
    const [from, to] = verdict.between;
    said.push(t("says.between", { from: whole(from), to: whole(to) }));
  }
  if (!verdict.signatures) said.push(t("says.unsigned"));
  return said.join(language === "zh" ? "" : " ");
}

function sealLines(verdict) {
  const { seal, keys = [], unsealed = 0, checkpoints = [] } = verdict;
  const lines = [];
  const line = (name, value, title) =>
    lines.push(el("div", {}, el("dt", {}, t(name)), el("dd", { title }, value)));
  if (seal) {
    const whole16 = `${seal.size}:${seal.root.slice(0, 16)}`;
    line("seal.root", el("code", {}, whole16), seal.root);
    line("seal.until", instantWords(seal.at));
  }
  if (keys.length > 0) {
    const last = keys[keys.length - 1].fingerprint;
    line("seal.key", el("code", {}, last.slice(0, 16)), last);
  }
  if (checkpoints.length > 0) {
    const right = checkpoints.filter((c) => c.right && c.signed).length;
    line("seal.checkpoints", t("of", { n: whole(right), of: whole(checkpoints.length) }));
  }
  if (verdict.entries > 0) {
    const says = unsealed > 0 ? counted("unsealed", unsealed) : t("unsealed_none");
    line("seal.entries", `${whole(verdict.entries)} · ${says}`);
  }
  return lines;
}

function findingLine({ code, index, grade }, verdict, history) {
  const text = has(`finding.${code}`) ? t(`finding.${code}`) : code;
  const entry = history.entries[index];
  const at = entry && index === verdict.bad ? `${entry.stream} #${entry.n}` : "";
  const first = index === verdict.first_bad ? "first" : null;
  return el("li", { class: first, "data-grade": grade, "data-code": code },
    el("button", { type: "button", class: "index", "data-index": index },
      t("index", { index: whole(index) })),
    el("span", {}, text, el("code", {}, ` ${code}`)),
    el("span", { class: "quiet" }, at));
}

/** Read what somebody brought to compare: options for the judge, null if it is nothing of ours. */
function comparison(text) {
  const said = text.trim();
  if (/^[0-9a-f]{64}$/i.test(said)) return { fingerprint: said.toLowerCase() };
  const short = /(?:^|\s)([1-9][0-9]{0,15}:[0-9a-f]{16,64})(?:\s|$)/.exec(said);
  const note = `${text.replace(/\r\n/g, "\n").replace(/\s+$/, "")}\n`;
  const anchor = short !== null && noteIn(text) === null ? short[1] : note;
  return anchorIn(anchor) === null ? null : { anchors: [anchor] };
}

function comparedSays(verdict, { anchors = [], fingerprint = "" }) {
  const codes = new Set(verdict.findings.map(({ code }) => code));
  if (fingerprint !== "") {
    return codes.has("key_unexpected") ? ["bad", t("compared.key_wrong")] : ["good", t("compared.key")];
  }
  const anchor = verdict.anchors && verdict.anchors[0];
  if (anchors.length === 0 || !anchor || anchor.size > verdict.entries) {
    return ["bad", t("compared.not")];
  }
  return anchor.right
    ? ["good", t("compared.right", { n: whole(anchor.size) })]
    : ["bad", t("compared.differs", { n: whole(anchor.size) })];
}
