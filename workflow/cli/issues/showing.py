"""``show``: one issue on a page, as a supervisor likes to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow.cli.issues.course import show_dates, show_extensions, show_letters, show_tenures
from workflow.cli.issues.evidence import piece_words
from workflow.cli.issues.evidence_list import held_in, held_ink, proves, size_words
from workflow.cli.issues.upkeep import show_upkeep
from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import dated, days, shown
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, issue_argument, json_option
from workflow.cli.records import entry_table
from workflow.cli.speaking import command, option
from workflow.cli.terminal.layout import field, heading
from workflow.cli.terminal.screen import Ink, Part, out, out_json, paragraph, room, text_width
from workflow.cli.terminal.tables import Column, table
from workflow.cli.terminal.wording import visible, wrapped
from workflow.cli.whom import Whom, whom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.issue import Issue, Obligation
    from states.log import Entry
    from states.parts import Evidence, Measure
    from workflow.engine.reading import View

LAST_ENTRIES = 5
EXCERPT = 200
"""Characters of a claim that are shown unless everything is asked for."""


@command(
    "show",
    help=N_(
        "Show one issue: who answers for it, its dates and by which rule, the measures with their "
        "proof, what is owed by whom, what the report claims, and the last entries of its log."
    ),
    fields=(
        "key, round, number, title, aspect, unit, state, cycle, n (last entry), type, long_term, "
        "light, voided, suspended (since), due, due_original, due_source, provisional, "
        "cycle_began, responsible: {leader, department, person}, measures: [{number, text, due, "
        "due_original, person, done_on, dropped, cycle, line, evidence}], evidence: [{number, "
        "name, size, sha256, measure, duty, occurrence, look_back, cycle, level, apart, version, "
        "replaces, superseded_by, held (kept, apart, missing, changed)}], duties: [{number, "
        "text, when, person, due, provisional, occurrence, missed, missed_ever, ended, cycle}], "
        "no_duties, verdict, remainder: {text, person, due, done_on}, claim: {text, source, line, "
        "sha256}, tenures: [{role, person, since, until}], extensions: [{number, measure, was, "
        "asked, reason, progress, by, on, outcome, granted, cycle}], suspensions: [{since, "
        "reason, resumed_on}], terms: [{kind, after, reason}], look_backs: [{number, due, "
        "provisional, verdict, done_on, cycle}], letters: [{letter, reference, issue, number, "
        "kind, label, on, to, received, obligation, sha256}], reopening_proposed: {because, on}, "
        "completed_on, accepted_on, owed: [{kind, what, subject, due, provisional, days_left, "
        "working_days_left, by}], drafted_by, submitted_by, returns"
    ),
)
@issue_argument
@option("--full", is_flag=True, help=N_("The whole claim, and every entry."))
@as_of_option
@json_option
def show(issue: str, full: bool, as_json: bool) -> None:
    """Show one issue on a page."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    around = whom(app, view)
    held = held_in(app, view.issue)
    if as_json:
        from workflow.cli.issues.issue_json import issue_json

        out_json(issue_json(view, around, held))
        return
    entries = app.engine.log(view.issue.key)
    Page(view, around, held, full).show(entries)


@dataclass(frozen=True, slots=True)
class Page:
    """An issue being shown; ``full`` leaves nothing out.

    ``held`` says by number what has become of the files of evidence.
    """

    view: View
    around: Whom
    held: Mapping[int, str]
    full: bool = False

    def show(self, entries: list[Entry]) -> None:
        """Print the page."""
        names = self.around.names
        self.head()
        show_dates(self.view, names)
        self.measures()
        self.proofs()
        show_extensions(self.view, names)
        show_upkeep(self.issue, names)
        self.owed()
        show_letters(self.view, names)
        show_tenures(self.view, names)
        self.claim()
        self.entries(entries)

    @property
    def issue(self) -> Issue:
        """The issue shown."""
        return self.view.issue

    def head(self) -> None:
        """Print what the issue is, where it stands, and who answers for it."""
        issue, names = self.issue, self.around.names
        for line in wrapped(visible(f"{issue.key}  {issue.title}"), text_width()):
            out(Ink(line, "bold"))
        out()
        state: list[Part] = [names.standing(issue), "  "]
        if issue.voided is None:
            nearest = min((o.due for o in issue.obligations), default=None)
            days_left = (nearest - self.view.today).days if nearest else None
            state.append(lamp(self.view.light, names))
            if days_left is not None:
                state.append(f"  {days(days_left)}")
        if issue.cycle > 1:
            state.append(_("  cycle {cycle}, reopened").format(cycle=issue.cycle))
        field(_("State"), *state)
        if issue.voided is not None:
            field(_("Void"), Ink(issue.voided, "red"))
        field(_("Type"), names.type_of(issue, always=True))
        field(_("Aspect"), issue.aspect)
        field(_("Unit"), issue.unit)
        responsible = issue.responsibility
        field(_("Leader"), names.full(responsible.leader))
        field(_("Department"), responsible.department or "–")
        field(_("Person"), names.full(responsible.person))

    def measures(self) -> None:
        """Print every measure: done or not, until when, by whom, with what proof."""
        if not self.issue.measures:
            return
        heading(_("Measures"))
        for measure in self.issue.measures:
            self._measure(measure)

    def _measure(self, measure: Measure) -> None:
        done = measure.done_on is not None
        mark = "✓" if done else "✗" if measure.dropped is not None else "○"
        facts = [
            _("done {day}").format(day=measure.done_on)
            if done
            else _("until {day}").format(day=_with_original(measure))
            if measure.due
            else _("no date")
        ]
        if measure.dropped is not None:
            facts = [_("dropped: {reason}").format(reason=measure.dropped)]
        if measure.person:
            facts.append(self.around.names.person(measure.person))
        proofs = [f"#{proof.number}" for proof in self.issue.proofs_of(measure.number)]
        if proofs:
            facts.append(_("evidence {numbers}").format(numbers=", ".join(proofs)))
        elif done:
            facts.append(_("no evidence"))
        if measure.cycle != self.issue.cycle:
            facts.append(_("cycle {cycle}").format(cycle=measure.cycle))
        paragraph(measure.text, 6, mark=f"{mark} {measure.number:>2}  ")
        out("      ", Ink(" · ".join(facts), "dim"))

    def proofs(self) -> None:
        """Print the files that prove something."""
        if not self.issue.evidence:
            return
        heading(_("Evidence"))
        for proof in self.issue.evidence:
            paragraph(proof.name, 6, mark=f"#{proof.number}  ")
            text = " · ".join((_proof(proof), piece_words(self.issue, proof.number)))
            held = self.held.get(proof.number, "kept")
            lost: list[Part] = [] if held in ("kept", "apart") else [" · ", held_ink(held)]
            out("      ", Ink(text, "dim"), *lost)

    def owed(self) -> None:
        """Print what is owed, by whom, until when."""
        heading(_("Owed"))
        obligations = sorted(self.issue.obligations, key=lambda o: o.due)
        if not obligations:
            out("    ", _("nothing"))
        heads = [Column(title=""), Column(title=""), Column(title="", least=8, wrap=True)]
        for parts in table(heads, list(map(self._owed, obligations)), room(4), headed=False):
            out("    ", *parts)

    def _owed(self, obligation: Obligation) -> list[Part]:
        left = (obligation.due - self.view.today).days
        what, who = self.around.names.owed(obligation), self.around.owes(obligation)
        late = Ink(days(left), "red" if left < 0 else "")
        due = dated(obligation.due, obligation.provisional)
        return [due, late, f"{what}{_(': ')}{who}"]

    def claim(self) -> None:
        """Print what the report says was done, with the line of its source."""
        claim = self.issue.claim
        if claim is None:
            return
        place = f"{claim.source}:{claim.line}" if claim.line else claim.source
        heading(_("The report claims ({place}; a claim, no evidence)").format(place=place))
        cut = not self.full and len(claim.text) > EXCERPT
        paragraph(claim.text[:EXCERPT] + "…" if cut else claim.text, 4)

    def entries(self, entries: list[Entry]) -> None:
        """Print the last entries of the log."""
        shown_ones = entries if self.full else entries[-LAST_ENTRIES:]
        heading(_("Last entries") if len(shown_ones) < len(entries) else _("Entries"))
        for parts in entry_table(shown_ones, self.around.names, room(indent=4)):
            out("    ", *parts)


def _with_original(measure: Measure) -> str:
    """Return a measure's date, with the one it had before where that was another."""
    original = measure.due_original
    if original is None or original == measure.due:
        return shown(measure.due)
    return _("{day} (originally {original})").format(day=measure.due, original=original)


def _proof(proof: Evidence) -> str:
    """Return what is known of a file, and what it proves."""
    about = [] if proof.measure is proof.duty is proof.look_back is None else [proves(proof)]
    return " · ".join((size_words(proof.size), f"sha256 {proof.sha256[:12]}…", *about))
