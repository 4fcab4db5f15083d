"""``audit compare-anchors``: what people kept outside, against the log and against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from states.errors import Message, NotFound
from workflow.cli.audit.anchor_words import STATUSES, explained, grouped, summed_up
from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import Ink, Part, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflow.bootstrap import App
    from workflow.cli.audit.anchor_words import Alike
    from workflow.proof.anchors.comparing import Compared, Judged
    from workflow.proof.anchors.held import Held
    from workflow.proof.anchors.measuring import Measured


@command(
    "compare-anchors",
    help=N_(
        "Compare anchors with the log, whose leaves are recomputed from its entries, and with each "
        "other: notes, mails, mailboxes, folders, git repositories with all that they ever held, "
        "and short forms SIZE:ROOT as they stand in the foot of a mail. Without any, those are "
        "taken that the configuration keeps. Found are two different logs shown to two people, "
        "roll-backs, restored backups, rewritten and cut logs, and forged notes; then the exit "
        "code is 6."
    ),
    fields=(
        "sound, log: {origin, entries, sealed, lost (the first index without its entry)} or null, "
        "fitting, witnessed (so many entries, from the first on), anchors: [{source, size, root, "
        "is_note, sealed_at, origin, signed, fits, problems: [split, forged, differs, cut, "
        "entry_lost, rolled_back, seal_lost, other_log, unreadable, restored], after (the log "
        "fits up to this size), against: [source], fault}]"
    ),
)
@click.argument("anchors", metavar="[FILE|FOLDER|SIZE:ROOT]...", nargs=-1)
@option(
    "--bundle",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help=N_("Compare with this bundle; no database is needed."),
)
@option("--alone", is_flag=True, help=N_("Compare them with each other alone, without any log."))
@json_option
def compare_anchors(
    anchors: tuple[str, ...], bundle: str | None, alone: bool, as_json: bool
) -> int:
    """Compare what people kept outside with the log and with each other."""
    from workflow.proof.anchors.gathering import gathered

    app = None if alone or bundle else opened()
    held = list(gathered(anchors or _kept_here(app)))
    if not held:
        raise NotFound(Message("no_anchors", "there is no anchor to compare"))
    compared = _compared(app, bundle, held)
    names = Names() if app is None else Names(zone=app.zone)
    if as_json:
        out_json(_json(compared))
    else:
        _show(compared, names)
    return 0 if compared.is_sound else UNSOUND


def _kept_here(app: App | None) -> list[str]:
    """Return the places of this machine that the configuration names. Raises ``NotFound``."""
    wanted = [] if app is None else [app.config.anchor.folder, app.config.anchor.git]
    found = [] if app is None else [str(app.config.path(place)) for place in wanted if place]
    if not found:
        text = "no anchor is named, and none is configured: name a file, a folder or SIZE:ROOT"
        raise NotFound(Message("no_anchors_named", text))
    return found


def _compared(app: App | None, bundle: str | None, held: Sequence[Held]) -> Compared:
    from workflow.proof.anchors.comparing import compare
    from workflow.proof.anchors.measuring import of_bundle, of_store
    from workflow.proof.keys import verify

    sizes = {one.anchor.size for one in held}
    log = None
    with Progress(N_("reading the log")) as tell:
        if bundle is not None:
            log = of_bundle(Path(bundle), sizes, tell)
        elif app is not None:
            log = of_store(app.store, sizes, tell)
    return compare(held, log, verify)


def _show(compared: Compared, names: Names) -> None:
    groups = grouped(compared)
    heads = [
        Column(title=_("entries"), right=True),
        Column(title=_("root")),
        Column(title=_("result"), least=14),
        Column(title=_("sealed"), spare=1),
        Column(title=_("held in"), least=12, wrap=True),
    ]
    for parts in table(heads, [_row(group, names) for group in groups], room()):
        out(*parts)
    for text in explained(groups, compared.log):
        out("")
        paragraph(text, 2, mark="! ")
    out("")
    for line in summed_up(compared):
        paragraph(line)


def _row(group: Alike, names: Names) -> list[Part]:
    one = group.first
    anchor, at = one.held.anchor, one.held.at
    return [
        f"{anchor.size:,}" if anchor.root else "–",
        anchor.root[:16] or "–",
        _status(one),
        names.when(at) if at else "–",
        group.sources,
    ]


def _status(one: Judged) -> Part:
    words = [_("fits")] if one.fits else []
    words += [_(STATUSES[code]) for code in one.problems]
    if not words:
        return _("not compared")
    colour = "green" if not one.problems else "yellow" if one.is_well else "red"
    return Ink(_(", ").join(words), colour)


def _json(compared: Compared) -> dict[str, Any]:
    return {
        "sound": compared.is_sound,
        "log": _log_json(compared.log),
        "fitting": len(compared.fitting),
        "witnessed": compared.witnessed,
        "anchors": [_anchor_json(one) for one in compared.judged],
    }


def _log_json(log: Measured | None) -> dict[str, Any] | None:
    if log is None:
        return None
    return {
        "origin": log.origin,
        "entries": log.entries,
        "sealed": log.sealed,
        "lost": log.lost,
    }


def _anchor_json(one: Judged) -> dict[str, Any]:
    held = one.held
    return {
        "source": held.source,
        "size": held.anchor.size,
        "root": held.anchor.root,
        "is_note": held.is_whole,
        "sealed_at": held.at.isoformat() if held.at else None,
        "origin": held.checkpoint.origin if held.checkpoint else None,
        "signed": one.signed,
        "fits": one.fits,
        "problems": list(one.problems),
        "after": one.after,
        "against": list(one.against),
        "fault": held.fault or None,
    }
