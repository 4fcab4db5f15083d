"""Reminders by mail as one writes them with the libraries at hand.

Jinja2 (a plain environment, its templates compiled once), the standard library's EmailMessage, and
smtplib over one connection. apprise sends what is rendered to a webhook: its mail waits for seconds
between two messages. Neither cleans what comes from outside, attaches a date or can say after a
crash whether a message had gone.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from jinja2 import DictLoader, Environment

_TEMPLATES = {
    "subject": "【{{ heading }}】{{ issue }} 剩余 {{ days_left }} 天：{{ title }}",
    "txt": """\
{{ recipient }}同志：

【{{ heading }}】您负责的事项尚余 {{ days_left }} 天，请按时办结。

  问题编号：{{ issue }}
  被巡察单位：{{ unit }}
  反馈方面：{{ aspect }}
  反馈问题：{{ title }}
  待办事项：{{ work }}
{% if subject %}
  具体内容：{{ subject }}
{% endif %}
  责任人：{{ holders | join("、") }}
  起始日期：{{ since }}
  办结时限：{{ due }}
  当前状态：{{ state }}

{% if contacts %}如有疑问，请联系：{{ contacts | join("、") }}。{% endif %}
""",
    "html": """\
<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ heading }}</title></head>
<body style="margin:0;background:#f2f4f7;font-family:'Microsoft YaHei',sans-serif;font-size:16px;">
<p>{{ recipient }}同志：</p>
<p>【{{ heading }}】您负责的事项尚余 {{ days_left }} 天，请按时办结。</p>
<table>
{% for label, value in rows %}
<tr><td style="padding:4px 12px;color:#5f6b7a;">{{ label }}</td><td>{{ value }}</td></tr>
{% endfor %}
</table>
{% if contacts %}<p>如有疑问，请联系：{{ contacts | join("、") }}。</p>{% endif %}
</body></html>
""",
}
_ROWS = {
    "问题编号": "issue",
    "被巡察单位": "unit",
    "反馈方面": "aspect",
    "反馈问题": "title",
    "待办事项": "work",
    "具体内容": "subject",
    "起始日期": "since",
    "办结时限": "due",
    "当前状态": "state",
}


class Writer:
    """Renders a reminder in three parts."""

    def __init__(self) -> None:
        environment = Environment(
            loader=DictLoader(_TEMPLATES),
            autoescape=lambda name: name == "html",  # noqa: S701 - the others are no HTML
        )
        self._parts = [environment.get_template(name) for name in ("subject", "txt", "html")]

    def write(self, facts: Mapping[str, Any]) -> tuple[str, str, str]:
        """Return subject, text and HTML."""
        rows = [(label, facts.get(name)) for label, name in _ROWS.items()]
        known = {**facts, "heading": "整改即将到期", "rows": rows}
        subject, plain, html = (part.render(known) for part in self._parts)
        return subject, plain, html


class Mailing:
    """EmailMessage and smtplib, the connection kept."""

    def __init__(self, port: int) -> None:
        self._writer = Writer()
        self._client = smtplib.SMTP("127.0.0.1", port, "localhost")
        self._client.ehlo()

    def send(self, batch: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Render and hand over a reminder to each address."""
        for address, facts in batch:
            subject, plain, html = self._writer.write(facts)
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = "o@x.example", address, subject
            message.set_content(plain)
            message.add_alternative(html, subtype="html")
            assert self._client.send_message(message) == {}


def apprise_to(url: str) -> Any | None:
    """Return apprise with one webhook to notify, or None if it is not installed."""
    if find_spec("apprise") is None:
        return None
    found = import_module("apprise").Apprise()
    assert found.add(url)
    return found


class Notifying:
    """apprise and a webhook."""

    def __init__(self, apprise: Any) -> None:
        self._writer = Writer()
        self._apprise = apprise

    def send(self, batch: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Render and hand over a reminder to each address."""
        for _address, facts in batch:
            subject, plain, _html = self._writer.write(facts)
            assert self._apprise.notify(body=plain, title=subject)
