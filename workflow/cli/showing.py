"""``show``: one issue on a page, as a supervisor likes to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import days, shown
from workflow.cli.opening import opened
from workflow.cli.options import issue_argument, json_option
from workflow.cli.records import entry_table
from workflow.cli.screen import Ink, Part, out, out_json, paragraph, room, text_width
from workflow.cli.speaking import command, option
from workflow.cli.tables import Column, table
from workflow.cli.whom import Whom, whom
from workflow.cli.wording import padded, visible, width, wrapped

if TYPE_CHECKING:
    from states.issue import Evidence, Issue, Measure, Obligation
    from states.log import Entry
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
        "key, round, number, title, aspect, unit, state, cycle, n (last entry), light, voided, "
        "due, due_original, due_source, cycle_began, responsible: {leader, department, person}, "
        "measures: [{number, text, due, person, done_on, dropped, cycle, line, evidence}], "
        "evidence: [{number, name, size, sha256, measure, duty, cycle}], duties: [{number, text, "
        "person, every_days, due, cycle}], no_duties, verdict, remainder: {text, person, due, "
        "done_on}, claim: {text, source, line, sha256}, owed: [{kind, what, subject, due, "
        "days_left, by}], drafted_by, submitted_by, returns"
    ),
)
@issue_argument
@option("--full", is_flag=True, help=N_("The whole claim, and every entry."))
@json_option
def show(issue: str, full: bool, as_json: bool) -> None:
    """Show one issue on a page."""
    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    around = whom(app, view)
    if as_json:
        from workflow.cli.issue_json import issue_json

        out_json(issue_json(view, around))
        return
    entries = app.engine.log(view.issue.key)
    Page(view, around, full).show(entries)


@dataclass(frozen=True, slots=True)
class Page:
    """An issue being shown; ``full`` leaves nothing out."""

    view: View
    around: Whom
    full: bool = False

    def show(self, entries: list[Entry]) -> None:
        """Print the page."""
        self.head()
        self.dates()
        self.measures()
        self.proofs()
        self.upkeep()
        self.owed()
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
            state.append(lamp(self.view.light))
            if nearest := min((o.due for o in issue.obligations), default=None):
                state.append(f"  {days((nearest - self.view.today).days)}")
        if issue.cycle > 1:
            state.append(_("  cycle {cycle}, reopened").format(cycle=issue.cycle))
        self._field(_("State"), *state)
        if issue.voided is not None:
            self._field(_("Void"), Ink(issue.voided, "red"))
        self._field(_("Aspect"), issue.aspect)
        self._field(_("Unit"), issue.unit)
        responsible = issue.responsibility
        self._field(_("Leader"), names.full(responsible.leader))
        self._field(_("Department"), responsible.department or "–")
        self._field(_("Person"), names.full(responsible.person))

    def _field(self, name: str, *parts: Part) -> None:
        lead = padded(name, self._label_width())
        if len(parts) > 1 or isinstance(parts[0], Ink):
            out(lead, *parts)
            return
        lines = wrapped(visible(parts[0]), max(text_width() - width(lead), 20))
        for number, line in enumerate(lines):
            out(lead if number == 0 else " " * width(lead), line)

    def _label_width(self) -> int:
        labels = (_("Department"), _("Original date"), _("Unit"), _("Leader"))
        return max(map(width, labels)) + 2

    def _heading(self, text: str) -> None:
        out()
        for line in wrapped(visible(text), text_width()):
            out(Ink(line, "bold"))

    def dates(self) -> None:
        """Print the issue's own date, by which rule it stands, and the original one."""
        issue = self.issue
        left = "" if issue.due is None else days((issue.due - self.view.today).days)
        running = issue.voided is None and issue.state not in self.view.process.final
        due = f"{shown(issue.due)}  {left}" if running and left else shown(issue.due)
        self._field(_("Date"), due)
        if issue.due_source:
            self._field("", _("by: {source}").format(source=issue.due_source))
        if issue.due_original != issue.due:
            self._field(_("Original date"), shown(issue.due_original))

    def measures(self) -> None:
        """Print every measure: done or not, until when, by whom, with what proof."""
        if not self.issue.measures:
            return
        self._heading(_("Measures"))
        for measure in self.issue.measures:
            self._measure(measure)

    def _measure(self, measure: Measure) -> None:
        done = measure.done_on is not None
        mark = "✓" if done else "✗" if measure.dropped is not None else "○"
        facts = [
            _("done {day}").format(day=measure.done_on)
            if done
            else _("until {day}").format(day=measure.due)
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
        self._heading(_("Evidence"))
        for proof in self.issue.evidence:
            paragraph(proof.name, 6, mark=f"#{proof.number}  ")
            out("      ", Ink(_proof(proof), "dim"))

    def upkeep(self) -> None:
        """Print the verdict, what remains, and the maintenance duties."""
        issue, names = self.issue, self.around.names
        if issue.verdict == "basically_completed" and issue.remainder is not None:
            rest = issue.remainder
            self._heading(_("Basically completed; what remains"))
            paragraph(rest.text, 4)
            done = _("done {day}").format(day=rest.done_on) if rest.done_on else ""
            until = _("until {day}").format(day=rest.due)
            out("    ", Ink(" · ".join((names.person(rest.person), done or until)), "dim"))
        if issue.current_duties or issue.no_duties:
            self._heading(_("Maintenance duties"))
        if issue.no_duties:
            paragraph(_("none: {reason}").format(reason=issue.no_duties), 4)
        for duty in issue.current_duties:
            paragraph(duty.text, 6, mark=f"{duty.number:>2}  ")
            text = _("every {days} days, next {due}")
            who = names.person(duty.person or issue.responsibility.person)
            facts = text.format(days=duty.every_days, due=duty.due)
            out("      ", Ink(f"{facts} · {who}", "dim"))

    def owed(self) -> None:
        """Print what is owed, by whom, until when."""
        self._heading(_("Owed"))
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
        return [shown(obligation.due), late, f"{what}{_(': ')}{who}"]

    def claim(self) -> None:
        """Print what the report says was done, with the line of its source."""
        claim = self.issue.claim
        if claim is None:
            return
        place = f"{claim.source}:{claim.line}" if claim.line else claim.source
        self._heading(_("The report claims ({place}; a claim, no evidence)").format(place=place))
        cut = not self.full and len(claim.text) > EXCERPT
        paragraph(claim.text[:EXCERPT] + "…" if cut else claim.text, 4)

    def entries(self, entries: list[Entry]) -> None:
        """Print the last entries of the log."""
        shown_ones = entries if self.full else entries[-LAST_ENTRIES:]
        self._heading(_("Last entries") if len(shown_ones) < len(entries) else _("Entries"))
        for parts in entry_table(shown_ones, self.around.names, room(indent=4)):
            out("    ", *parts)


def _proof(proof: Evidence) -> str:
    parts = [_size(proof.size), f"sha256 {proof.sha256[:12]}…"]
    if proof.measure is not None:
        parts.append(_("measure {number}").format(number=proof.measure))
    if proof.duty is not None:
        parts.append(_("duty {number}").format(number=proof.duty))
    return " · ".join(parts)


def _size(size: int) -> str:
    return f"{size} B" if size < 1000 else f"{size / 1000:,.1f} kB"
