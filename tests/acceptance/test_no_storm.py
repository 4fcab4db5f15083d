"""No storm: imports are held, too many at once stop everything, and nobody is flooded in a day."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from notifications.notice import ALARMS
from states.process import Process
from states.process_file import parse_process
from tests.chased import FOUNDER, ZONE, Chased, a_chased
from workflow.engine.caution import Caution
from workflow.memory import MemoryStore

DEFAULT = Path(__file__).parents[2] / "states" / "default.toml"
DUE = 'name = "due",        at = "0 days", to = ["holder"], colour = "yellow"'


def urgent_on_the_day() -> Process:
    """Return the default process, but that what is due today is said at once."""
    text = DEFAULT.read_text(encoding="utf-8")
    assert text.count(DUE) >= 2
    return parse_process(text.replace(DUE, f"{DUE}, urgent = true"), "own.toml")


def alarms(chased: Chased) -> list[str]:
    """Return to whom an alarm was handed over."""
    return [person for _, person, _, sent in chased.said() if sent.notice.template in ALARMS]


def others(chased: Chased) -> list[str]:
    """Return the messages that were handed over and are no alarm."""
    told = {sent.notice.key: sent.notice.template for sent in chased.notices()}
    return [key for _, _, key in chased.server.handed if told[key] not in ALARMS]


def test_nothing_of_an_import_goes_out_before_somebody_releases_it():
    chased = a_chased(MemoryStore(), issues=5, caution=Caution(hold_imports=True))

    chased.lives(15)
    assert chased.server.handed == []
    (held,) = chased.engine().held_rounds()
    assert held.notices > 5

    chased.engine().release((), FOUNDER)
    chased.lives(0.2)

    people = [person for _, person, _ in chased.server.handed]
    assert len(people) == len(set(people)) > 2
    assert chased.engine().held_rounds() == []


def test_a_second_import_does_not_silence_the_first():
    from tests.stage import registration

    chased = a_chased(MemoryStore(), caution=Caution(hold_imports=True))
    chased.engine().release((), FOUNDER)
    chased.engine().register_round(registration(3, code="YX2024", sha256="34" * 32), FOUNDER)

    chased.lives(12)

    said = {sent.notice.issue.partition("-")[0] for *_, sent in chased.said()}
    assert said == {"YX2023"}


def test_more_than_the_storm_limit_sends_the_alarm_alone_until_it_is_released():
    chased = a_chased(MemoryStore(), issues=8, caution=Caution(storm=1))

    chased.lives(15)

    assert chased.engine().halt() is not None
    assert others(chased) == []
    told = alarms(chased)
    assert told
    assert max(Counter(told).values()) == 1
    assert set(told) <= {"li", "chen"}

    chased.engine().release((), FOUNDER)
    released = chased.true
    chased.lives(0.9)

    assert chased.engine().halt() is None
    after = [person for at, person, key in chased.server.handed if at > released]
    assert len(after) == len(set(after)) >= 3
    assert chased.unsettled() == []


def test_a_stop_holds_for_every_node():
    chased = a_chased(MemoryStore(), issues=8, caution=Caution(storm=1))
    chased.lives(10)
    chased.caution = Caution()  # another node, which knows no limit

    chased.lives(1, node="b")

    assert others(chased) == []


def test_urgent_messages_beyond_the_cap_of_a_day_come_with_those_of_the_next():
    capped, process = Caution(per_person=2), urgent_on_the_day()
    chased = a_chased(MemoryStore(), issues=12, caution=capped, process=process)
    free = a_chased(MemoryStore(), issues=12, process=process)
    for office in (chased, free):
        office.lives(20, every=timedelta(hours=6))

    assert free.most_a_day() > 2
    assert chased.most_a_day() == 2
    assert set(chased.first_said()) == set(free.first_said())
    late = [(day - free.first_said()[key]).days for key, day in chased.first_said().items()]
    assert max(late) <= 4  # over a weekend
    assert {at.astimezone(ZONE).hour for at, *_ in chased.server.handed} - set(
        range(8, 18)
    ) != set()
