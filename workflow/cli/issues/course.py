"""What has become of an issue's dates and people, on its page: extensions, pauses, tenures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.cli.deadlines.explaining import term_words
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, dated, days, shown
from workflow.cli.reminders.lettering import letter_id
from workflow.cli.terminal.layout import field, heading
from workflow.cli.terminal.screen import Ink, Part, out, paragraph

if TYPE_CHECKING:
    from states.parts import Extension, Letter, Tenure
    from workflow.engine.reading import View

_ROLES = {"person": N_("Person"), "leader": N_("Leader")}


def show_dates(view: View, names: Names) -> None:
    """Print the issue's own date, by which rule it stands, the original one, and the pauses."""
    issue = view.issue
    left = "" if issue.due is None else days((issue.due - view.today).days)
    running = issue.voided is None and issue.suspended is None
    running = running and issue.state not in view.process.final
    due = dated(issue.due, issue.provisional)
    field(_("Date"), f"{due}  {left}" if running and left else due)
    if issue.due_source:
        field("", _("by: {source}").format(source=issue.due_source))
    if issue.due_original != issue.due:
        field(_("Original date"), shown(issue.due_original))
    for own in issue.overrides:
        text = _("{kind}: {term} ({reason})")
        said = text.format(kind=names.kind(own.kind), term=term_words(own.term), reason=own.reason)
        field(_("Own term"), said)
    if (pause := issue.suspended) is not None:
        text = _("since {day}: {reason}").format(day=pause.since, reason=pause.reason)
        field(_("Suspended"), Ink(text, "yellow"))
    for ended in issue.suspensions:
        if ended.resumed_on is not None:
            text = _("{since}, resumed on {until}: {reason}")
            said = text.format(since=ended.since, until=ended.resumed_on, reason=ended.reason)
            field(_("Suspended"), said)


def show_extensions(view: View, names: Names) -> None:
    """Print the later dates asked for, and what became of them."""
    if not view.issue.extensions:
        return
    heading(_("Later dates"))
    for extension in view.issue.extensions:
        paragraph(_asked(extension), 6, mark=f"{extension.number:>2}  ")
        who = _(", ").join(map(names.person, extension.by))
        facts = (_("asked on {day} by {who}").format(day=extension.on, who=who), extension.progress)
        paragraph(" · ".join(fact for fact in facts if fact), 6)
        out("      ", _outcome(extension))


def _asked(extension: Extension) -> str:
    whose = ""
    if extension.measure is not None:
        whose = _("measure {number}").format(number=extension.measure) + _(": ")
    text = _("{was} → {asked}: {reason}")
    return whose + text.format(was=extension.was, asked=extension.asked, reason=extension.reason)


def _outcome(extension: Extension) -> Part:
    if extension.outcome is None:
        return Ink(_("waits for a decision"), "yellow")
    if extension.granted is not None:
        return Ink(_("granted until {day}").format(day=extension.granted), "green")
    if extension.outcome == "refused":
        return Ink(_("refused"), "red")
    return Ink(_("lapsed: another date or state came first"), "dim")


def show_tenures(view: View, names: Names) -> None:
    """Print who answered for the issue then, where somebody else does now."""
    former = [tenure for tenure in view.issue.tenures if tenure.until is not None]
    if not former:
        return
    heading(_("Responsible then and now"))
    for tenure in view.issue.tenures:
        out("    ", " · ".join(_tenure(tenure, names)))


def _tenure(tenure: Tenure, names: Names) -> Iterator[str]:
    until = _("{since} to {until}") if tenure.until else _("since {since}")
    yield until.format(since=tenure.since, until=tenure.until)
    yield _(_ROLES.get(tenure.role, tenure.role))
    yield names.full(tenure.person)


def show_letters(view: View, names: Names) -> None:
    """Print the letters issued, and who signed for them."""
    issue = view.issue
    if not issue.letters:
        return
    heading(_("Letters"))
    for letter in issue.letters:
        out("    ", letter_id(issue.key, letter), "  ", names.letter(letter.kind), *_sent(letter))
        out("      ", Ink(_received(letter, names), "dim"))


def _sent(letter: Letter) -> list[Part]:
    return ["  ", shown(letter.on)]


def _received(letter: Letter, names: Names) -> str:
    to = _("to {names}").format(names=_(", ").join(map(names.person, letter.to)))
    if not letter.received:
        return f"{to} · {_('not yet received')}"
    text = _("received by {who} on {day}")
    said = [text.format(who=names.person(person), day=on) for person, on in letter.received]
    return " · ".join((to, *said))
