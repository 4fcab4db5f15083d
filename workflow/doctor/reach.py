"""Whether what is owed reaches somebody, and whether people can be reached at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notifications.planning.audience import NOBODY
from states.errors import Message
from workflow.doctor.findings import Finding, warning, wrong
from workflow.doctor.patient import Patient
from workflow.engine.alarming import Alarm

EXAMPLES = 5


def alarms(patient: Patient) -> Iterator[Finding]:
    """What is owed but reaches nobody, or not whoever owes it."""
    if patient.app is None:
        return
    found = patient.app.engine.alarms()
    lost = [alarm for alarm in found if set(alarm.told) <= {NOBODY}]
    if lost:
        yield wrong(
            Message(
                "reaches_nobody",
                "what is owed reaches nobody at all: {count} ({issues})",
                _several(lost),
            ),
            Message("see_alarms", "see rectify alarms; name people, give them addresses"),
        )
    others = [alarm for alarm in found if alarm not in lost]
    if others:
        yield warning(
            Message(
                "reaches_others",
                "what is owed does not reach whoever owes it, somebody else is told: {count} "
                "({issues})",
                _several(others),
            ),
            Message("see_all_alarms", "see rectify alarms; name people, or hand over"),
        )


def _several(found: Sequence[Alarm]) -> dict[str, object]:
    keys = list(dict.fromkeys(alarm.issue.key for alarm in found))
    more = ["…"] if len(keys) > EXAMPLES else []
    return {"count": len(found), "issues": (*keys[:EXAMPLES], *more)}


def addresses(patient: Patient) -> Iterator[Finding]:
    """People with a role whom no configured channel can reach."""
    if patient.app is None or patient.office is None or patient.config is None:
        return
    channels = set(patient.config.notices.channels)
    office = patient.office
    wanted = {grant.person for grant in office.grants if not office.has_left(grant.person)}
    with patient.app.store.reading() as session:
        people = session.people(sorted(wanted))
    names = [p.name or p.id for p in people.values() if not channels & set(p.addresses)]
    if names:
        more = ["…"] if len(names) > EXAMPLES else []
        facts = {"count": len(names), "people": (*sorted(names)[:EXAMPLES], *more)}
        yield warning(
            Message(
                "no_addresses",
                "people with a role but without an address on any channel in use: {count} "
                "({people})",
                facts,
            ),
            Message("give_addresses", "give them one: rectify people edit"),
        )
