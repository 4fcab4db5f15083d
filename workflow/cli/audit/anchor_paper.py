"""A checkpoint's note on paper: one page of HTML that loads nothing and is made to be printed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from workflow.cli.language import _, spoken
from workflow.cli.naming import Names
from workflow.proof.qr import qr_svg

if TYPE_CHECKING:
    from workflow.ports import Sealed

_STYLE = """
@page { size: A4; margin: 22mm 20mm; }
:root { color-scheme: light; }
body { margin: 0 auto; padding: 24px; max-width: 680px; background: #fff; color: #111;
  font: 15px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,Georgia,serif; }
h1 { margin: 0 0 4px; font-size: 26px; text-align: center; letter-spacing: .12em; }
.sub { margin: 0 0 22px; text-align: center; color: #555; }
.short { margin: 0 0 20px; padding: 12px 8px; border: 1px solid #111; text-align: center;
  font: bold 22px/1.4 Consolas,Menlo,monospace; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 0 0 18px; }
th, td { padding: 6px 8px; border: 1px solid #999; text-align: left; vertical-align: top; }
th { width: 26%; font-weight: normal; color: #333; }
td.m, pre { font: 13px/1.5 Consolas,Menlo,monospace; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; }
.code { display: flex; gap: 18px; align-items: flex-start; margin: 0 0 18px; }
.code svg { flex: none; width: 62mm; height: 62mm; }
.how { margin: 0 0 26px; padding-left: 1.4em; }
.sign { display: flex; gap: 24px; }
.sign div { flex: 1; border-top: 1px solid #111; padding-top: 4px; color: #333; }
@media print { body { padding: 0; max-width: none; } }
@media (max-width: 560px) { .code { flex-direction: column; }
  .code svg { width: 100%; height: auto; } }
"""


def page(sealed: Sealed, names: Names) -> str:
    """Return the page of a checkpoint. Raises ``ValueError`` if its note is none."""
    checkpoint = sealed.checkpoint
    digits = checkpoint.root.hex()
    root = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
    rows = (
        (_("Log"), checkpoint.origin),
        (_("Entries sealed"), f"{checkpoint.size:,}"),
        (_("Root ({suite})").format(suite=checkpoint.suite), root),
        (_("Sealed at"), names.when(checkpoint.at)),
    )
    cells = "".join(
        f'<tr><th>{escape(name)}</th><td class="m">{escape(value)}</td></tr>'
        for name, value in rows
    )
    how = "".join(f"<li>{escape(line)}</li>" for line in _how())
    signs = "".join(
        f"<div>{escape(word)}</div>" for word in (_("Kept by"), _("Place"), _("Kept since"))
    )
    title = escape(_("Anchor of the log"))
    under = escape(_("A copy of what the log of rectification had sealed, to be kept outside"))
    language = "zh-CN" if spoken() == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} {sealed.anchor}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{title}</h1>\n<p class="sub">{under}</p>\n'
        f'<p class="short">{sealed.anchor}</p>\n<table>{cells}</table>\n'
        f'<div class="code">{qr_svg(sealed.note)}<pre>{escape(sealed.note)}</pre></div>\n'
        f'<ol class="how">{how}</ol>\n<div class="sign">{signs}</div>\n</body>\n</html>\n'
    )


def _how() -> tuple[str, ...]:
    return (
        _("Keep this sheet where whoever is supervised cannot change or take it."),
        _(
            "To compare it later: rectify audit compare-anchors SIZE:ROOT, with the line in the "
            "frame; or scan the code, and give the command the text in a file."
        ),
        _("If the log does not fit it any more, what lies before was changed, cut or rolled back."),
    )
