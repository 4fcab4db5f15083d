"""Texts that mean harm, and the samples of notices with such a text in every place for a text."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from notifications.cleaning import clean
from notifications.samples.trying import TEMPLATES, sample_facts

KINDS = tuple((template, language) for template in TEMPLATES for language in ("zh", "en"))

_HARM = (
    # headers and bodies of mails
    *("\r\nBcc: x@evil.example", "\nTo: x@evil.example\n\n", "\r\n\r\nx", "\r\n.\r\nMAIL FROM:<x>"),
    *("x@evil.example, y@evil.example", '"x" <x@evil.example>', "<x@evil.example>;", "=?utf-8?B?"),
    *("=?utf-8?q?=0D=0ABcc:_x?=", "?=\r\n =?utf-8?B?", "\x00", "\udc80\ud800", "\u2028Bcc: x", ","),
    *("--=_a\r\nContent-Type: text/html\r\n\r\n<script>", "a" * 1100, "长" * 400, "\x85Bcc: x@y"),
    # HTML
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</td></tr></table>",
        "<b",
        "-->",
    ),
    *(
        '"><a href="javascript:x">',
        "' onmouseover='x",
        "<!--",
        "<![CDATA[",
        "</title></style>",
        "&#60;",
    ),
    *("<style>*{display:none}</style>", "<svg/onload=x>", "&lt;b&gt;", "<meta http-equiv=refresh>"),
    # templates
    *("{{ 7 * 7 }}", "{% raw %}", "{{ notice }}", "{# x #}", "{{''.__class__}}", "%(x)s %d", "{0}"),
    # terminals and readers' eyes
    *(
        "\x1b[2J\x1b[31m",
        "\x9b31m",
        "\x1b]0;x\x07",
        "\u202egpj.exe",
        "\u2066x\u2069",
        "\u200b",
        "\x08",
    ),
    # messengers
    *(
        "@all",
        "@所有人",
        "<at id=all></at>",
        "[x](https://evil.example)",
        "![x](http://x)",
        "```",
        "# x",
    ),
    *("\n- x\n> y\n", "**x**", "\\", "￼", "\ufffe"),
)
texts = st.lists(
    st.sampled_from(_HARM)
    | st.text(max_size=6)
    | st.sampled_from(["整改", " ", "\n", "　　", "x"]),
    min_size=1,
    max_size=4,
).map("".join)
"""Harm, alone and put together, among anything that can be typed."""

_PROGRAMS = re.compile(r"[a-z][a-z0-9_]*|\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?|-?")


def poisoned(template: str, text: str) -> dict[str, Any]:
    """Return the sample facts of a template with a text in every place for a text."""
    poison: dict[str, Any] = _poisoned(sample_facts(template), text)
    return poison


def _poisoned(value: Any, text: str) -> Any:
    match value:
        case str():
            return value if _PROGRAMS.fullmatch(value) else text
        case dict():
            return {name: _poisoned(item, text) for name, item in value.items()}
        case list():
            return [_poisoned(item, text) for item in value]
    return value


def twin(text: str) -> str:
    """Return a harmless text of the same shape: as many lines, each as long, as empty."""
    return re.sub(r"\S", "x", clean(text))
