"""Random logs for proof: an office, its keys, people and rules, and issues moved by real decisions.

Everything is drawn from one seed, so that a log can be made again by its number. Most attempts are
by somebody who may, with whole facts; what is refused is left out, as it is in a log.
"""

from __future__ import annotations

import random
from datetime import timedelta
from functools import cache
from typing import Any

from states.administration import administer
from states.calendar import WEEKDAYS, Calendar
from states.calendar_data import china
from states.checkpoint import handing_on, standing_by, stepping_in
from states.frozen import replace
from states.process_file import default_process
from tests.cast import GRANTS, OTHER_UNIT, PEOPLE, UNIT
from tests.log_moves import of_an_issue
from tests.logbook import Log, Signer, second_process


def random_log(seed: int, *, moves: int = 45, spare: bool = False) -> Log:
    """Return the log of a seed, after about so many attempts on two to five issues.

    With ``spare`` a recovery key stands by early, serves, and another one follows.
    """
    lots = random.Random(seed)  # noqa: S311  # to be drawn again
    log = _founded(lots)
    late_key = lots.random() < 0.2  # an older log, which adopts its key long after
    if not late_key:
        _adopt(log)
    _staffed(log)
    keys = [f"R2025-{n + 1}" for n in range(lots.randrange(2, 6))]
    for turn in range(moves):
        log.day += timedelta(days=lots.choice((0, 0, 0, 1, 1, 2, 7)))
        if turn == moves // 2 and not log.signers:
            _adopt(log)
        if spare and turn in (moves // 3, moves // 2):
            _stand_by(log) if turn == moves // 3 else _recover(log)
        if lots.random() < 0.12:
            _of_the_office(log)
        else:
            of_an_issue(log, keys)
    if not log.signers:
        _adopt(log)
    if spare:
        _stand_by(log)
    return log


@cache
def _china() -> Calendar:
    return china()


def _founded(lots: random.Random) -> Log:
    process = default_process()
    log = Log(lots, office=None, entries=[])  # type: ignore[arg-type]  # founded in the next line
    facts = {
        "person": "li",
        "account": "li@office",
        "process": process.hash,
        "commitment": log.details("li"),
        "trial": False,
    }
    entry, log.office = administer(None, log.attempt("li", "found_office", facts))
    log.entries.append(entry)
    log.processes[process.hash] = process.body
    return log


def _adopt(log: Log) -> None:
    """Adopt a key; one after the first is handed on by the one in force."""
    new, origin = Signer.drawn(log.lots), log.office.origin
    key = new.named(origin)
    facts: dict[str, Any] = {"key": str(key)}
    if log.signers:
        facts["note"] = log.signers[-1].signs(handing_on(key), origin)
    log.adopted.append(len(log.entries))
    log.acts("adopt_key", facts)
    log.signers.append(new)


def _stand_by(log: Log) -> None:
    """Adopt a recovery key, by the word of the key in force, which is adopted if there is none."""
    if not log.signers:
        _adopt(log)
    new, origin = Signer.drawn(log.lots), log.office.origin
    key = new.named(origin)
    note = log.signers[-1].signs(standing_by(key, log.office.hash), origin)
    log.acts("adopt_recovery", {"key": str(key), "note": note})
    log.spares.append(new)


def _recover(log: Log) -> None:
    """Lose the key in force: the recovery key puts another one in its place."""
    new, origin = Signer.drawn(log.lots), log.office.origin
    key, spare = new.named(origin), log.spares[-1]
    note = spare.signs(stepping_in(key, log.office.hash), origin)
    log.adopted.append(len(log.entries))
    facts = {"key": str(key), "note": note, "recovery": str(spare.named(origin))}
    log.acts("adopt_key", facts)
    log.signers.append(new)


def _staffed(log: Log) -> None:
    for person in PEOPLE:
        unit = OTHER_UNIT if person == "ma" else UNIT
        if person in ("ma", "he", "zhao"):
            continue
        facts = {"person": person, "unit": unit, "commitment": log.details(person)}
        log.acts("add_person", facts)
        log.acts("bind_account", {"person": person, "account": f"{person}@office"})
    for person, role, unit in GRANTS:
        if person in log.office.members:
            log.acts("grant_role", {"person": person, "role": role, "unit": unit})


def _of_the_office(log: Log) -> None:
    lots = log.lots
    kind = lots.choice(("key", "person", "person", "process", "calendar"))
    if kind == "key":
        _adopt(log)
    elif kind == "person":
        person = lots.choice(("wang", "sun", "chen"))
        facts = {"person": person, "unit": UNIT, "commitment": log.details(person)}
        log.acts("edit_person", facts)
    elif kind == "process":
        process = lots.choice((default_process(), second_process()))
        log.processes[process.hash] = process.body
        log.rules = replace(log.rules, process=process)
        log.acts("adopt_process", {"process": process.hash, "name": process.name})
    else:
        calendar = _china() if log.rules.calendar is WEEKDAYS else WEEKDAYS
        log.calendars[calendar.hash] = calendar.body
        log.rules = replace(log.rules, calendar=calendar)
        log.acts("adopt_calendar", {"calendar": calendar.hash, "name": "日历"})
