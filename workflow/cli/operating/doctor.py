"""``doctor``: what is wrong, worst first, and what to do about each thing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.exits import DONE, UNSOUND
from workflow.cli.language import N_, _, of_terminal, speak, spoken
from workflow.cli.opening import choice
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph, text_width
from workflow.cli.terminal.wording import visible, wrapped

if TYPE_CHECKING:
    from states.errors import Message
    from workflow.doctor.examining import Examined
    from workflow.doctor.findings import Finding

_LEVELS = {
    "wrong": (N_("Wrong"), "red"),
    "warning": (N_("Warning"), "yellow"),
    "note": (N_("Note"), "dim"),
}


@command(
    "doctor",
    help=N_(
        "Look whether reminders go out: whether the sweeps run and messages leave, what failed, "
        "who cannot be reached, whether clock, calendar, configuration, permissions and disk are "
        "in order. Every finding says what to do; the worst come first. It changes nothing, needs "
        "no role, and works where everything else is broken. It ends with 6 if something is "
        "wrong."
    ),
    fields=(
        "wrong, warnings, findings: [{level, code, what, do, facts, source, line}], skipped; level "
        "is wrong, warning or note"
    ),
)
@option("--strict", is_flag=True, help=N_("End with 6 for a warning, too."))
@json_option
def doctor(strict: bool, as_json: bool) -> int:
    """Look into everything and say what is wrong."""
    from workflow import world
    from workflow.doctor.examining import examine

    chosen = choice()
    speak(chosen.language or of_terminal(os.environ))
    shared = click.get_current_context().find_root().ensure_object(dict)
    found = examine(chosen, shared.get("clock") or world.now)
    if as_json:
        out_json(_json(found))
    else:
        _show(found)
    bad = found.count("wrong") + (found.count("warning") if strict else 0)
    return UNSOUND if bad else DONE


def _show(found: Examined) -> None:
    for finding in found.findings:
        heading, colour = _LEVELS[finding.level]
        text = _(heading) + _(": ") + _placed(finding.what)
        first, *rest = wrapped(visible(text), text_width())
        out(Ink(_(heading), colour), first.removeprefix(_(heading)))
        for line in rest:
            out(line)
        if finding.do is not None:
            paragraph(_say(finding.do), 4)
    if found.skipped:
        text = _("Not looked into, because the office cannot be read: {names}")
        paragraph(text.format(names=", ".join(found.skipped)), to_stderr=True)
    text = _("Wrong: {wrong}; warnings: {warnings}.")
    if not (found.count("wrong") or found.count("warning")):
        text = _("Nothing is wrong.")
    err(text.format(wrong=found.count("wrong"), warnings=found.count("warning")))


def _placed(message: Message) -> str:
    """Return what a finding says, with its file and line if it has them."""
    source, line = getattr(message, "source", ""), getattr(message, "line", None)
    place = f"{source}:{line}" if line is not None else source
    return f"{place}: {_say(message)}" if place else _say(message)


def _say(message: Message) -> str:
    """Return a message in the language spoken, with words for causes and sweeps."""
    from notifications.words.catalog import sentence

    return sentence(message, spoken(), _word)


def _word(fact: str, value: str) -> str | None:
    from notifications.words.catalog import cause_text, sweep_label

    if fact == "cause":
        return cause_text(value, spoken())
    if fact == "sweep":
        return f"{value} ({sweep_label(value, spoken())})"
    return None


def _json(found: Examined) -> dict[str, Any]:
    return {
        "wrong": found.count("wrong"),
        "warnings": found.count("warning"),
        "findings": [_one(finding) for finding in found.findings],
        "skipped": list(found.skipped),
    }


def _one(finding: Finding) -> dict[str, Any]:
    what = finding.what
    return {
        "level": finding.level,
        "code": what.code,
        "what": _say(what),
        "do": _say(finding.do) if finding.do is not None else None,
        "facts": {name: _plain(fact) for name, fact in what.facts.items()},
        "source": getattr(what, "source", "") or None,
        "line": getattr(what, "line", None),
    }


def _plain(fact: object) -> Any:
    if isinstance(fact, tuple):
        return [_plain(part) for part in fact]
    return fact if isinstance(fact, int | str | float | None) else str(fact)
