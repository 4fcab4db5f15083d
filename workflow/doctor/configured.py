"""The configuration: can it be read, can every channel be made, do own templates work?"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from states.errors import Invalid, Message, RectificationError
from workflow.doctor.findings import Finding, warning, wrong
from workflow.doctor.patient import Patient


def faults_of(error: RectificationError) -> Iterator[Message]:
    """Yield everything that an error says, each thing for itself."""
    if isinstance(error, Invalid):
        yield from error.problems
    else:
        yield error.message


def configuration(patient: Patient) -> Iterator[Finding]:
    """Faults of the file, each with its line."""
    if patient.config_fault is None:
        return
    for fault in faults_of(patient.config_fault):
        yield wrong(
            fault,
            Message(
                "mend_configuration",
                "mend the configuration; until then no command works and nothing is sent",
            ),
        )


def password_in_address(patient: Patient) -> Iterator[Finding]:
    """A password in the database's address, which every process list and backup shows."""
    url = patient.config.database.url if patient.config is not None else ""
    if "://" in url and urlsplit(url).password:
        yield wrong(
            Message("password_in_configuration", "the configuration holds the database's password"),
            Message(
                "do_password_elsewhere", "move it into ~/.pgpass or $PGPASSWORD, and change it"
            ),
        )


def channels(patient: Patient) -> Iterator[Finding]:
    """Channels that cannot be made: a secret is missing, a setting contradicts another."""
    if patient.app is None:
        return
    try:
        made = patient.app.channels()
    except RectificationError as error:
        for fault in faults_of(error):
            yield wrong(
                fault,
                Message(
                    "mend_channel",
                    "set it right (config.toml, the environment of the daemon); until then "
                    "nothing is sent",
                ),
            )
        return
    for channel in made.values():
        channel.close()


def templates(patient: Patient) -> Iterator[Finding]:
    """Templates of one's own that do not work: what they would say cannot be sent."""
    if patient.config is None or not patient.config.notices.templates:
        return
    folder = patient.config.path(patient.config.notices.templates)
    if not folder.is_dir():
        yield wrong(
            Message("templates_missing", "there is no folder {folder}", {"folder": str(folder)}),
            Message("do_templates", "mend notices.templates in the configuration"),
        )
        return
    from notifications.rendering.renderer import Renderer
    from notifications.samples.trying import check_templates

    for error in check_templates(Renderer(folder)):
        yield wrong(
            error.message,
            Message(
                "mend_template",
                "mend the template, or take it away: ours then stands in for it",
            ),
        )


def configuration_file(patient: Patient) -> Iterator[Finding]:
    """A configuration that others may change: they could send everything elsewhere."""
    path = patient.config_path
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & stat.S_IWOTH:
        yield wrong(
            Message("config_open", "everybody may change {file}", {"file": str(path)}),
            Message("close_file", "chmod o-w {file}", {"file": str(path)}),
        )


def calendar(patient: Patient) -> Iterator[Finding]:
    """A calendar that the configuration names and nobody has."""
    if patient.app is None:
        return
    try:
        patient.app.calendar()
    except RectificationError as error:
        for fault in faults_of(error):
            yield warning(
                fault, Message("do_calendar_name", "mend calendar.name in the configuration")
            )
