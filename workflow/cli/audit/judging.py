"""``audit check``: judge a bundle, ours or anybody's, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.exits import UNSOUND
from workflow.cli.language import N_, _
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import Ink, out, out_json, paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from states.audit import Proven
    from workflow.proof.anchors.held import Held
    from workflow.proof.bundle.findings import Finding
    from workflow.proof.bundle.judging import Judgement
    from workflow.proof.bundle.notes import Given

_VERDICTS = {
    "sound": (N_("SOUND: nothing contradicts"), "green"),
    "tampered": (N_("TAMPERED"), "red"),
    "incomplete": (N_("INCOMPLETE: something is missing, and nothing contradicts"), "yellow"),
}


@command(
    "check",
    help=N_(
        "Judge a bundle: recompute every entry, chain and root, check signatures, take every step "
        "anew by the process it names. Needs no database. Says what is wrong and where it first "
        "shows, and what was not proven. Anything but sound ends with exit code 6. Others judge "
        "by the same rules without this program: rectify_verify.py and the replay page."
    ),
    fields=(
        "verdict: sound, tampered or incomplete, first_bad (an index, null if sound), between "
        "([from, to]: the first change lies there) or null, findings: [{code, index, grade, "
        "text}], entries, sealed, unsealed, issues, checkpoints, origin, keys (fingerprints), "
        "anchors (so many agree), not_proven: [text], deep: {decided, problems: [{code, stream, "
        "n, text}]} or null"
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="SIZE:ROOT|FILE|FOLDER",
    help=N_("What somebody outside has kept: a short form, a note, a mail; may be repeated."),
)
@option(
    "--key",
    "fingerprint",
    default="",
    metavar="FINGERPRINT",
    help=N_("The fingerprint of the first key, as it was told by another way."),
)
@option(
    "--deep",
    is_flag=True,
    help=N_("Also decide every entry again: roles, guards, dates. Takes memory for the whole log."),
)
@json_option
def check(file: Path, anchors: tuple[str, ...], fingerprint: str, deep: bool, as_json: bool) -> int:
    """Judge a bundle."""
    from workflow.proof.bundle.judging import Against, judge

    against = Against(_anchors(anchors), _fingerprint(fingerprint))
    with Progress(N_("judging the bundle")) as tell:
        try:
            judgement = judge(file, against, tell)
        except OSError as error:
            raise _unreadable(file, error) from None
    proven = _decided(file) if deep and judgement.origin else None
    doubts = list(_not_proven(judgement, against.anchors, fingerprint))
    if as_json:
        out_json({**_json(judgement, doubts), "deep": _deep_json(proven)})
    else:
        _show(judgement, doubts, proven)
    sound = judgement.verdict == "sound" and not (proven and proven.problems)
    return 0 if sound else UNSOUND


def _decided(file: Path) -> Proven:
    from workflow.proof.bundle.deciding import decided_again

    return decided_again(file)


def _deep_json(proven: Proven | None) -> dict[str, Any] | None:
    from workflow.cli.naming import Names

    if proven is None:
        return None
    return {
        "decided": proven.decided,
        "problems": [
            {"code": p.code, "stream": p.source, "n": p.line, "text": Names().say(p)}
            for p in proven.problems
        ],
    }


def _show_decided(proven: Proven) -> None:
    from workflow.cli.naming import Names

    out(_("Decided again: {count} entries").format(count=proven.decided))
    for problem in proven.problems:
        out("  ", f"{problem.source}:{problem.line}  ", Ink(Names().say(problem), "red"))


def _anchors(said: Sequence[str]) -> tuple[Given, ...]:
    """Return the anchors that were typed, or that files, mails and folders hold.

    Raises ``NotFound`` where there is none, ``Invalid`` for one that cannot be read.
    """
    from workflow.proof.anchors.gathering import gathered

    return tuple(map(_given, gathered(said)))


def _given(held: Held) -> Given:
    from states.errors import Invalid, Problem
    from workflow.proof.bundle.notes import Given, read_given

    if held.fault or not held.anchor.size:
        text = "this is no anchor that can be read: {fault}"
        raise Invalid(Problem("anchor_unreadable", text, {"fault": held.fault}, source=held.source))
    try:
        return read_given(str(held.note or held.anchor))
    except ValueError:  # a note that others can read, and that no log of ours would have signed
        return Given(held.anchor.size, held.anchor.root)


def _fingerprint(said: str) -> str:
    from states.errors import Invalid, Problem

    fingerprint = "".join(said.split()).replace(":", "").lower()
    if fingerprint and (len(fingerprint) != 64 or set(fingerprint) - set("0123456789abcdef")):
        text = "a fingerprint has 64 hexadecimal digits"
        raise Invalid(Problem("fingerprint_unreadable", text, source=said[:80]))
    return fingerprint


def _unreadable(file: Path, error: OSError) -> Exception:
    from states.errors import Invalid, Message, NotFound, Problem

    if isinstance(error, FileNotFoundError):
        return NotFound(Message("no_file", "there is no file {path}", {"path": str(file)}))
    facts = {"error": error.strerror or str(error)}
    return Invalid(Problem("unreadable", "cannot be read: {error}", facts, source=str(file)))


def _not_proven(judgement: Judgement, anchors: Sequence[Given], fingerprint: str) -> Iterator[str]:
    """Yield what nobody may conclude from the verdict."""
    if judgement.entries > judgement.sealed:
        text = _("The last {count} entries are not sealed: they could have been changed.")
        yield text.format(count=judgement.entries - judgement.sealed)
    if not anchors:
        yield _(
            "No anchor from outside was given: whoever holds the key could have written "
            "everything anew."
        )
    if judgement.keys and not fingerprint:
        text = _("Whose key it is was not checked: compare its fingerprint ({fingerprint}).")
        yield text.format(fingerprint=judgement.keys[0])
    claimed = sum(judgement.auths.get(auth, 0) for auth in ("os-claimed", "trial"))
    if claimed:
        text = _("{count} entries rest on the word of one machine as to who acted.")
        yield text.format(count=claimed)
    yield _("That what was entered is true: only that it has not been changed since.")


def _show(judgement: Judgement, doubts: Sequence[str], proven: Proven | None) -> None:
    words, colour = _VERDICTS[judgement.verdict]
    out(Ink(_(words), colour))
    if judgement.first_bad is not None:
        out(_place(judgement))
    for finding in judgement.findings:
        out("  ", f"{finding.index:>8}  ", Ink(_sentence(finding), _colour(finding)))
    if judgement.origin:
        text = _(
            "{origin}: entries {entries}, issues {issues}, sealed {sealed}, checkpoints "
            "{checkpoints}, anchors that agree {anchors}"
        )
        paragraph(
            text.format(
                origin=judgement.origin,
                entries=judgement.entries,
                issues=judgement.issues,
                sealed=judgement.sealed,
                checkpoints=judgement.checkpoints,
                anchors=judgement.anchors,
            )
        )
    if proven is not None:
        _show_decided(proven)
    out(_("Not proven:"))
    for doubt in doubts:
        paragraph(doubt, 2, mark="- ")


def _place(judgement: Judgement) -> str:
    text = _("First bad index: {index}").format(index=judgement.first_bad)
    if judgement.between is None or judgement.between[0] == judgement.between[1]:
        return text
    first, last = judgement.between
    between = _("the first change lies between {first} and {last}")
    return f"{text} ({between.format(first=first, last=last)})"


def _colour(finding: Finding) -> str:
    return "red" if finding.grade == "tampered" else "yellow"


def _sentence(finding: Finding) -> str:
    from workflow.cli.naming import Names

    return Names().say(finding.message)


def _json(judgement: Judgement, doubts: Sequence[str]) -> dict[str, Any]:
    return {
        "verdict": judgement.verdict,
        "first_bad": judgement.first_bad,
        "between": judgement.between,
        "findings": [
            {"code": f.code, "index": f.index, "grade": f.grade, "text": _sentence(f)}
            for f in judgement.findings
        ],
        "entries": judgement.entries,
        "sealed": judgement.sealed,
        "unsealed": judgement.entries - judgement.sealed,
        "issues": judgement.issues,
        "checkpoints": judgement.checkpoints,
        "origin": judgement.origin,
        "keys": list(judgement.keys),
        "anchors": judgement.anchors,
        "not_proven": list(doubts),
    }
