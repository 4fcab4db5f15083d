"""QR codes, as a picture for pages and documents and as half blocks for a terminal.

The only importer of segno. What is encoded is the short form of an anchor or a whole note, both of
ASCII but for the note's dash.
"""

from __future__ import annotations

from io import BytesIO, StringIO

import segno

_QUIET = 4
"""The light margin in modules that ISO/IEC 18004 asks for; less, and some phones see nothing."""
_SHARP = '<svg shape-rendering="crispEdges" '


def _code(text: str) -> segno.QRCode:
    """Return the code of a text: of 15 % of its area may be lost (level M), for paper is folded.

    Raises ``ValueError`` if no code holds as much.
    """
    try:
        return segno.make_qr(text, error="m", encoding="utf-8", boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError(f"too long for a QR code: {len(text)} characters") from error


def qr_svg(text: str) -> str:
    """Return a text as an SVG element to be put into a page: black on white, whatever is around.

    It has no size of its own but a view box, a module being one unit, and loads nothing. Raises
    ``ValueError`` if no code holds as much.
    """
    written = BytesIO()
    _code(text).save(
        written,
        kind="svg",
        border=_QUIET,
        dark="#000000",
        light="#ffffff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        nl=False,
        svgclass="qr",
        lineclass=None,
    )
    return written.getvalue().decode("ascii").replace("<svg ", _SHARP, 1)


def qr_terminal(text: str) -> str:
    """Return a text as lines for a terminal, two modules a character, in whichever colours it has.

    Most phones read it dark on light and light on dark alike. Raises ``ValueError`` if
    no code holds as much.
    """
    written = StringIO()
    _code(text).terminal(written, border=_QUIET, compact=True)
    return written.getvalue()
