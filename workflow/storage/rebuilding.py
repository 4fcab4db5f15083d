"""Writing anew what is computed from the log: after an upgrade, or where rows are lost or wrong.

The log is proven first, and only what is proven is written. A row that does not stand at the last
entry of its log may be the only witness that the log was cut: it is left as it is, and named.
Days of waking are not in the log. An upgrade keeps them; where they are lost, or not to be trusted,
an obligation wakes as if it had just been opened, and the keys of its notices keep it from telling
anybody twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import bindparam, delete, select, update

from states.audit import Proven, verify
from states.calendar import read_calendar
from states.canonical import digest
from states.evolution import opened
from states.issue import Issue, Obligation
from states.log import OFFICE, Entry, read_entry
from states.process import read_process
from states.rules import Rules
from workflow.engine.desk import rules_of
from workflow.engine.waking import first_wake
from workflow.storage import chasing, ledger, staff
from workflow.storage.bodies import encoded
from workflow.storage.cells import day
from workflow.storage.constructs import every_column
from workflow.storage.driver import Driver
from workflow.storage.session import SqlSession
from workflow.storage.tables import issues, obligations, office
from workflow.summary import lights_of, summarise

PLACES = select(issues.c.key, issues.c.n, issues.c.hash)
OFFICE_PLACE = select(office.c.n, office.c.hash)
WAKES = select(obligations.c.id, obligations.c.wake_on)
REWRITE = update(issues).values(every_column(issues, "key")).where(issues.c.key == bindparam("key"))
FORGET = delete(obligations).where(obligations.c.issue == bindparam("issue"))

Wakes = Mapping[str, date | None]


def rebuild(driver: Driver, *, keep_wakes: bool) -> tuple[str, ...]:
    """Write every projection anew from the log; return the streams that were left as they were.

    With ``keep_wakes`` the days of waking that are known stay. Left are those that ``verify`` finds
    fault with: not proven, or with a row that does not stand at the end of its log.
    """
    session = SqlSession(driver, {})
    proven = _proven(session)
    left = {str(problem.source) for problem in proven.problems}
    if not _rewrite_office(driver, proven):
        left.add(OFFICE)
    in_force = session.office()
    places = {key: (n, hash) for key, n, hash in driver.all(PLACES, {})}
    left |= places.keys() - proven.issues.keys()
    left |= {
        key
        for key, issue in proven.issues.items()
        if in_force is None or places.get(key, (issue.n, issue.hash)) != (issue.n, issue.hash)
    }
    known = driver.all(WAKES, {}) if keep_wakes else []
    wakes = {id: day(wake_on) for id, wake_on in known}
    for key, rows in groupby(session.rows(), key=attrgetter("stream")):
        if in_force is not None and key != OFFICE and key not in left:
            issue = proven.issues[key]
            rules = rules_of(session, issue.process, in_force)
            _rewrite(driver, rules, issue, there=key in places)
            _reopen(driver, rules, issue, (read_entry(row.body) for row in rows), wakes)
    session.list_anew()
    return tuple(sorted(left))


def _proven(session: SqlSession) -> Proven:
    """Prove the log by what is on record under its right name."""
    processes = {
        name: read_process(body)
        for name, body in session.processes().items()
        if digest(body) == name
    }
    calendars = {
        name: read_calendar(body)
        for name, body in session.calendars().items()
        if digest(body) == name
    }
    return verify(session.rows(), processes, calendars)


def _rewrite_office(driver: Driver, proven: Proven) -> bool:
    """Write the office anew; False if its row does not stand at the end of its log."""
    place, folded = driver.first(OFFICE_PLACE, {}), proven.office
    if folded is None or (place is not None and place != (folded.n, folded.hash)):
        return folded is None and place is None
    row = {"id": 1, "n": folded.n, "hash": folded.hash, "body": encoded(folded)}
    driver.run(staff.INSERT_OFFICE, row)
    driver.run(staff.UPDATE_OFFICE, row | {"before": folded.n})
    return True


def _rewrite(driver: Driver, rules: Rules, issue: Issue, *, there: bool) -> None:
    row = ledger.row_of(issue, summarise(issue, lights_of(rules, issue)))
    driver.run(REWRITE if there else ledger.INSERT, row)


def _reopen(
    driver: Driver, rules: Rules, issue: Issue, entries: Iterable[Entry], wakes: Wakes
) -> None:
    """Write the obligations of an issue anew as its entries say, the closed ones too."""
    driver.run(FORGET, {"issue": issue.key})
    still_open = {o.id for o in issue.obligations}

    def wake_on(obligation: Obligation) -> date | None:
        if obligation.id in wakes or obligation.id not in still_open:
            return wakes.get(obligation.id)
        return first_wake(rules, obligation)

    for entry in entries:
        content = entry.content
        owed = [opened(content, record) for record in content["opens"]]
        driver.run_all(chasing.INSERT, [chasing.row_of(issue.key, o, wake_on(o)) for o in owed])
        driver.run_all(chasing.CLOSE, chasing.closed_by(entry))
