"""``audit key recovery``: a second key on paper, and what it does when the key in force is lost."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import opened
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import err, out, paragraph

if TYPE_CHECKING:
    from states.signed_note import NoteKey
    from workflow.bootstrap import App
    from workflow.proof.sealing.adopting import Adopted

_MOST = 1 << 20  # bytes of a file in which a recovery key is looked for
_SHOWN = 16  # digits of a fingerprint
_STYLE = """
@page { size: A4; margin: 22mm 20mm; }
:root { color-scheme: light; }
body { margin: 0 auto; padding: 24px; max-width: 680px; background: #fff; color: #111;
  font: 15px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,Georgia,serif; }
pre { margin: 0 0 18px; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 15px/1.6 Consolas,Menlo,'Noto Sans Mono CJK SC',monospace; }
svg { width: 62mm; height: 62mm; }
"""


@command(
    "recovery",
    help=N_(
        "Make a recovery key: a second key that is kept on paper in a safe, and not here. If the "
        "key in force is lost, it puts a new one in its place (rotate --recovery); without it "
        "sealing would end for ever. That it stands by is an act on record, signed by the key in "
        "force; another one that stood by counts no more.\n\n"
        "It is written into FILE (a page to be printed, with a QR code, where its name ends in "
        ".html), or shown once on the terminal. It is kept nowhere else."
    ),
)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@option("--qr", "as_qr", is_flag=True, help=N_("Show it as a QR code, too."))
@yes_option
def recovery_key(file: Path | None, as_qr: bool, yes: bool) -> None:
    """Make a recovery key and adopt it."""
    from states.signed_note import read_key
    from workflow.proof.keys import draw_seed
    from workflow.proof.sealing.adopting import key_in_force

    app = opened()
    office = app.engine.office()
    key_in_force(app.sealing.key_file, office)  # what it lacks is said before anything is asked
    _check_place(file, app.sealing.key_file)
    if office.recovery:
        text = _("Put another recovery key in the place of {fingerprint}…?")
        fingerprint = read_key(office.recovery).fingerprint[:_SHOWN]
        if not confirmed(text.format(fingerprint=fingerprint), yes):
            return
    seed = draw_seed()
    if file is None:
        _show(_adopted(app, seed), seed, as_qr=as_qr)
    else:
        _write(app, file, seed)
    app.seal()
    for said in _closing():
        paragraph(said, 4)


def _check_place(file: Path | None, key_file: Path) -> None:
    """Refuse where the recovery key would be kept by somebody, or lost with the other."""
    from states.errors import Invalid, Problem

    if file is None:
        if not sys.stdout.isatty():
            raise click.UsageError(
                _("name a FILE: what is shown here would stay with whatever reads it")
            )
        return
    if file.resolve().parent == key_file.resolve().parent:
        text = "it would lie beside the key whose loss it is made for: name a file elsewhere"
        raise Invalid(Problem("recovery_beside", text, source=str(file)))


def _adopted(app: App, seed: bytes) -> NoteKey:
    from workflow.proof.sealing.recovering import stand_by

    return stand_by(app.engine, app.sealing.key_file, app.identity, seed)


def _write(app: App, file: Path, seed: bytes) -> None:
    """Write the key first and adopt it then: one that is adopted and lost would help nobody."""
    from states.errors import Invalid, Problem
    from workflow.placing import place, unwritable
    from workflow.proof.keys import key_of

    named = key_of(seed).named(app.engine.office().origin)
    lines = _lines(named, seed)
    text = _page(lines, seed) if file.suffix.lower() == ".html" else "\n".join((*lines, ""))
    try:
        place(file, text.encode(), replace=False)
    except FileExistsError:
        raise Invalid(Problem("file_exists", "there is a file already", source=str(file))) from None
    except OSError as error:
        raise unwritable(file, error) from error
    try:
        _adopted(app, seed)
    except BaseException:
        file.unlink()
        raise
    out(_("The recovery key was adopted, and written into {file}").format(file=file))
    out("    ", _("fingerprint"), "  ", named.fingerprint)
    paragraph(_("Print it or carry it away, then delete the file: here it helps nobody."), 4)


def _show(named: NoteKey, seed: bytes, *, as_qr: bool) -> None:
    out(_("The recovery key was adopted. It is shown once, now:"))
    out()
    for line in _lines(named, seed):
        out(line)
    if as_qr:
        from workflow.proof.qr import qr_terminal

        for line in qr_terminal(_letters(seed)).rstrip("\n").split("\n"):
            out(line)


def _letters(seed: bytes) -> str:
    from workflow.proof.recovery import recovery_lines

    return " ".join(recovery_lines(seed))


def _lines(named: NoteKey, seed: bytes) -> tuple[str, ...]:
    """Return what is printed; the lines of the key hold nothing else."""
    from workflow.proof.recovery import recovery_lines

    return (
        _("Recovery key of the log {origin}").format(origin=named.name),
        _("Fingerprint: {fingerprint}").format(fingerprint=named.fingerprint),
        "",
        *(f"    {line}" for line in recovery_lines(seed)),
        "",
        _("If the key is lost: rectify audit key rotate --recovery FILE, by a supervisor."),
        "",
    )


def _page(lines: tuple[str, ...], seed: bytes) -> str:
    from workflow.proof.qr import qr_svg

    title, *rest = map(escape, lines)
    body = "\n".join(rest)
    language = "zh-CN" if spoken() == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<pre>\n{body}</pre>\n{qr_svg(_letters(seed))}\n</body>\n</html>\n"
    )


def _closing() -> tuple[str, ...]:
    return (
        _(
            "Keep it in a safe, apart from this machine and from its backups. Whoever has it and a "
            "supervisor's account can put a key of their own in force."
        ),
        _("It serves once. Note its fingerprint; rectify audit key show says which one stands by."),
    )


def recovered(app: App, source: str) -> Adopted:
    """Put a new key in the place of the lost one, by the recovery key of a file ("-": typed in).

    Raises ``Invalid``, ``NotFound``, ``Refused``.
    """
    from workflow.proof.recovery import read_recovery
    from workflow.proof.sealing.recovering import recover

    seed = read_recovery(_read(source))
    return recover(app.engine, app.sealing.key_file, app.identity, seed)


def _read(source: str) -> str:
    from workflow.named_file import read_named

    if source != "-":
        return read_named(Path(source), _MOST).decode("utf-8", "replace")
    if sys.stdin.isatty():
        err(_("Type in the recovery key, and end with an empty line:"))
        return "".join(iter(sys.stdin.readline, "\n"))
    return sys.stdin.read(_MOST)


def say_spent() -> None:
    """Say that the recovery key has served, and that another one is needed."""
    text = _("The recovery key has served and counts no more. Make another: {command}")
    paragraph(text.format(command="rectify audit key recovery"), 4)
