"""An office under examination: what the doctor finds there, and settings that make it ill."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.terminal import Terminal, with_issues, written

ANY_HOUR = '[notices]\nhours = "00:00-24:00"\nworkdays_only = false\n'
AT_ONCE = f"{ANY_HOUR}hold_imports = false\n"
MINUTE = timedelta(minutes=1)


def configured(office: Terminal, *more: str, start: str = AT_ONCE) -> None:
    written(office.folder, "config.toml", start + "".join(more))


def by_smtp(port: int, *more: str) -> str:
    return "".join(
        [
            '[mail]\ntransport = "smtp"\nfrom = "office@xcb.qingxi.example"\n',
            f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n',
            *more,
        ]
    )


LATE = 20
"""Days after which everybody has heard that the plans are overdue: three messages, and letters."""


def in_good_health(terminal: Terminal) -> Terminal:
    """Set up an office that nothing is wrong with: all is assigned, and all sweeps ran just now."""
    configured(terminal)
    with_issues(terminal)
    for person in ("li", "luo"):
        terminal.does("people", "edit", person, "--mail", f"{person}@qingxi.example")
    naming = ("--leader", "luo", "--department", "公路股", "--person", "wang")
    for issue in terminal.does("list", "--json").json:
        terminal.does("assign", issue["key"], *naming)
    terminal.does("tick")
    return terminal


def examined(office: Terminal) -> dict[str, dict[str, Any]]:
    """Return the findings by their codes, notes left out."""
    answer = office("doctor", "--json")
    said = answer.json
    assert answer.code == (6 if said["wrong"] else 0)
    assert [f["level"] for f in said["findings"]] == sorted(
        (f["level"] for f in said["findings"]), key=["wrong", "warning", "note"].index
    )
    assert all(f["do"] for f in said["findings"])
    assert said["wrong"] == sum(f["level"] == "wrong" for f in said["findings"])
    return {f["code"]: f for f in said["findings"] if f["level"] != "note"}


def wrong(office: Terminal) -> set[str]:
    return {code for code, found in examined(office).items() if found["level"] == "wrong"}
