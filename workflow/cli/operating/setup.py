"""``init`` and ``db``: what is done once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import choice, opened
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.terminal.screen import err, out, paragraph

if TYPE_CHECKING:
    from workflow.bootstrap import App


@command(
    "init",
    help=N_(
        "Set up a database and its first supervisor, the owner of the account that runs this.\n\n"
        "In a trial database one account may act as several people (--as); every entry there "
        "says `auth: trial`, and that can never be changed."
    ),
)
@option("--trial", is_flag=True, help=N_("A trial database, to learn and to show."))
@option("--person", metavar="ID", help=N_("A short name for commands; default: your account's."))
@option("--name", metavar="NAME", help=N_("The name as people write it."))
@option("--title", metavar="TITLE", default="", help=N_("The office held."))
@option("--unit", metavar="UNIT", default="", help=N_("The unit belonged to."))
@option("--department", metavar="NAME", default="", help=N_("The department belonged to."))
@option("--mail", metavar="ADDRESS", help=N_("Where reminders go."))
def init(trial: bool, person: str | None, name: str | None, mail: str | None, **said: Any) -> None:
    """Set up a database and its first supervisor."""
    from states.office import Person
    from states.process_file import default_process
    from workflow.cli.people.checking import detail_faults, id_faults, refuse

    id, account_name = _account()
    told = Person(id=person or id, name="", addresses={"mail": mail} if mail else {})
    refuse([*(id_faults(person) if person is not None else ()), *detail_faults(told)])
    app = opened(create=True)
    founder = Person(
        id=person or id,
        name=name or (person if person else account_name),
        language=spoken(),
        addresses={"mail": mail} if mail else {},
        **said,
    )
    process, calendar = default_process(), app.calendar()
    app.engine.found(founder, app.identity, process, trial=trial, calendar=calendar)
    out(_("The database is set up; {name} supervises it.").format(name=_called(founder)))
    if trial:
        text = _("Trial: any person may be played with --as, and every entry says so.")
        paragraph(text, 4)
    _seal_from_now_on(app, trial=trial)
    err(_("Next: rectify import FILE, rectify people add"))


def _seal_from_now_on(app: App, *, trial: bool) -> None:
    """Make the key and adopt it. The office is founded whether or not that works."""
    from states.errors import RectificationError
    from workflow.cli.audit.sealing import first_key, say_key
    from workflow.cli.complaining import complain

    file = app.sealing.key_file
    if file.exists():
        text = _("There is a key already, which was not adopted: {file}")
        paragraph(text.format(file=file), 0, to_stderr=True)
        err(_("If it is meant for this database: rectify audit seal"))
        return
    try:
        say_key(first_key(app), file)
        if not trial:
            text = _("Should it be lost, only a recovery key helps: rectify audit key recovery")
            paragraph(text, 4)
    except RectificationError as error:
        complain(error, app)
        err(_("Nothing is sealed until that is mended: rectify audit seal"))


def _called(person: Any) -> str:
    return person.name if person.name == person.id else f"{person.name} ({person.id})"


def _account() -> tuple[str, str]:
    """Return a short name and a full name for the owner of this process."""
    try:
        import pwd

        entry = pwd.getpwuid(os.getuid())
    except (ImportError, KeyError):  # no such database, or no entry in it: a container
        return "office", "office"
    return entry.pw_name, entry.pw_gecos.partition(",")[0].strip() or entry.pw_name


@command("migrate", help=N_("Bring the database's schema to this version; its data stay."))
def migrate() -> None:
    """Bring the database's schema to this version."""
    from workflow.bootstrap import located
    from workflow.storage import migrate as migrated

    _config, url = located(choice())
    left = migrated(url)
    out(_("The schema is that of this version."))
    _tell_left(left)


@command(
    "rebuild",
    help=N_(
        "Write anew everything that is computed from the log.\n\n"
        "The log is proven first and never touched; notices stay. What verify finds fault with in "
        "the log itself is left as it is."
    ),
)
def rebuild() -> None:
    """Write anew everything that is computed from the log."""
    from workflow.bootstrap import located
    from workflow.storage import rebuild as rebuilt

    _config, url = located(choice())
    left = rebuilt(url)
    out(_("Everything computed from the log was written anew."))
    _tell_left(left)


def _tell_left(left: Sequence[str]) -> None:
    if left:
        text = _("Left as they were, because their log and their rows disagree: {streams}.")
        paragraph(text.format(streams=", ".join(left)), 0)
        err(_("Next: rectify verify"))


db = Group(
    "db",
    help=N_("The database and its schema."),
    sections={
        N_("Commands"): {
            "backup": Place(
                "workflow.cli.operating.backing_up:backup", N_("Copy it, and verify the copy.")
            ),
            "restore": Place(
                "workflow.cli.operating.backing_up:restore",
                N_("Put a backup in its place, on record."),
            ),
            "migrate": Place(f"{__name__}:migrate", N_("Bring the schema to this version.")),
            "rebuild": Place(f"{__name__}:rebuild", N_("Compute anew what the log implies.")),
        }
    },
)
