"""What remains to be done after completion, on an issue's page: remainder, duties, look-backs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from states.phrasing import written
from workflow.cli.completion.duties import next_date, performer
from workflow.cli.completion.looking_back import verdict
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, dated
from workflow.cli.terminal.layout import heading
from workflow.cli.terminal.screen import Ink, out, paragraph

if TYPE_CHECKING:
    from states.issue import Issue
    from states.parts import Duty

_BECAUSE = {
    "missed_duty": N_("duties were missed"),
    "slipping": N_("a look-back found it slipping"),
    "rebound": N_("a look-back found a rebound"),
}


def show_upkeep(issue: Issue, names: Names) -> None:
    """Print what remains, the maintenance duties, the look-backs, and whether to reopen."""
    _show_remainder(issue, names)
    duties = list(issue.current_duties)
    if duties or issue.no_duties:
        heading(_("Maintenance duties"))
    if issue.no_duties:
        paragraph(_("none: {reason}").format(reason=issue.no_duties), 4)
    for duty in duties:
        paragraph(duty.text, 6, mark=f"{duty.number:>2}  ")
        paragraph(" · ".join(_facts(issue, duty, names)), 6)
    _show_look_backs(issue)
    if (proposal := issue.proposal) is not None:
        heading(_("Is it to be reopened?"))
        because = _(_BECAUSE.get(proposal.because, proposal.because))
        paragraph(_("asked on {day}: {because}").format(day=proposal.on, because=because), 4)


def _show_remainder(issue: Issue, names: Names) -> None:
    rest = issue.remainder
    if issue.verdict != "basically_completed" or rest is None:
        return
    heading(_("Basically completed; what remains"))
    paragraph(rest.text, 4)
    done = _("done {day}").format(day=rest.done_on) if rest.done_on else ""
    until = _("until {day}").format(day=rest.due)
    out("    ", Ink(" · ".join((names.person(rest.person), done or until)), "dim"))


def _facts(issue: Issue, duty: Duty, names: Names) -> Iterator[str]:
    yield written(duty.when, spoken())
    if duty.ended is not None:
        yield _("ended: {reason}").format(reason=duty.ended)
    elif duty.due is not None:
        yield _("next {day}").format(day=next_date(duty))
    if duty.missed_ever:
        text = _("missed {count}, {row} in a row")
        yield text.format(count=duty.missed_ever, row=duty.missed)
    yield names.person(performer(issue, duty))


def _show_look_backs(issue: Issue) -> None:
    if not issue.look_backs:
        return
    heading(_("Look-backs"))
    for visit in issue.look_backs:
        made = _("made on {day}").format(day=visit.done_on) if visit.done_on else ""
        until = _("until {day}").format(day=dated(visit.due, visit.provisional))
        cycle = _("cycle {cycle}").format(cycle=visit.cycle)
        said = [made or until, *([cycle] if visit.cycle != issue.cycle else [])]
        out(f"{visit.number:>4}  ", " · ".join(said), "  ", verdict(visit) if made else "")
