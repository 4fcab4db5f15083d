"""``audit prove``: a receipt that one entry is in the log that was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _
from workflow.cli.naming import names_of
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import err, out, out_json, paragraph

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.proof.receipts import Receipt

OFFICE = "@office"


@command(
    "prove",
    help=N_(
        "Make a receipt of one entry: the entry itself, its place in the log, and the proof that "
        "the signed checkpoint covers it. Whoever has it needs neither the log nor this program "
        "to check it (rectify-verify --receipt FILE); nothing else of the log is given away.\n\n"
        "The number is that of `rectify log`. With --size it is proven by the checkpoint of which "
        "somebody keeps an anchor. The form is C2SP's tlog-proof."
    ),
    fields=(
        "stream, n, event, index, size (entries that the checkpoint covers), root, anchor, at, "
        "key: {fingerprint, text}, receipt (its text)"
    ),
)
@click.argument("stream", metavar="ISSUE|@office")
@click.argument("n", type=click.IntRange(min=1), metavar="N")
@option(
    "--output",
    "-o",
    "output",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help=N_("Write the receipt there instead of printing it."),
)
@option(
    "--size",
    type=click.IntRange(min=1),
    metavar="N",
    help=N_("Prove it by the checkpoint over so many entries; default: the latest."),
)
@json_option
def prove(stream: str, n: int, output: str | None, size: int | None, as_json: bool) -> None:
    """Make a receipt of one entry."""
    app = opened()
    key = stream if stream == OFFICE else app.engine.key_of(stream)
    receipt = _proven(app, (key, n), size)
    if output is not None and output != "-":
        from workflow.cli.terminal.saving import save

        save(output, str(receipt))
    if as_json:
        out_json(_json(receipt))
    elif output is None or output == "-":
        for line in str(receipt).rstrip("\n").split("\n"):
            out(line)
    if output is not None and output != "-" and not as_json:
        _say(app, receipt, output)


def _proven(app: App, entry: tuple[str, int], size: int | None) -> Receipt:
    from workflow.cli.terminal.progress import Progress
    from workflow.proof.keys import verify
    from workflow.proof.receipts import prove as proven

    with app.store.reading() as session, Progress(N_("reading the log")) as tell:
        return proven(session, entry, verify, size=size, tell=tell)


def _say(app: App, receipt: Receipt, file: str) -> None:
    row, sealed = receipt.row, receipt.checkpoint
    said = _("The receipt of {stream}, entry {n}, was written: {file}")
    err(said.format(stream=row.stream, n=row.n, file=file))
    text = _(
        "Index {index} among the first {size} entries, sealed {at}; anchor {anchor}; key "
        "{fingerprint}. To check it: rectify-verify --receipt {file}"
    )
    paragraph(
        text.format(
            index=receipt.index,
            size=sealed.size,
            at=names_of(app).when(sealed.at),
            anchor=sealed.anchor,
            fingerprint=receipt.key.fingerprint,
            file=file,
        ),
        4,
        to_stderr=True,
    )


def _json(receipt: Receipt) -> dict[str, Any]:
    from states.log import read_entry

    sealed = receipt.checkpoint
    return {
        "stream": receipt.row.stream,
        "n": receipt.row.n,
        "event": read_entry(receipt.row.body).event,
        "index": receipt.index,
        "size": sealed.size,
        "root": sealed.root.hex(),
        "anchor": str(sealed.anchor),
        "at": sealed.at.isoformat(),
        "key": {"fingerprint": receipt.key.fingerprint, "text": str(receipt.key)},
        "receipt": str(receipt),
    }
