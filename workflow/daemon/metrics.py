"""Figures for Prometheus, as a text file that its node exporter collects.

The format is the text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats).
The file is replaced whole, so that whoever reads it never reads half of it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from notifications.notice import STATUSES

if TYPE_CHECKING:
    from workflow.standing import Standing

GAUGE, COUNTER = "gauge", "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A metric: its name, its kind, one line about it, and a value for each set of labels."""

    name: str
    kind: str
    help: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a process knows of one of its sweeps; ``silent`` is how long it has shown no life."""

    succeeded: datetime | None = None
    seconds: float = 0.0
    failures: int = 0
    silent: float = 0.0


def families(sweeps: Mapping[str, Done], revivals: int, found: Standing | None) -> Iterator[Family]:
    """Yield every metric; those of the store are missing while it cannot be asked."""
    yield from _of_sweeps(sweeps)
    yield _family(COUNTER, "scheduler_restarts_total", "Dead schedulers replaced.", revivals)
    yield _family(GAUGE, "store_up", "Whether the database could be asked.", found is not None)
    if found is not None:
        yield from _of_store(found)


def _of_sweeps(sweeps: Mapping[str, Done]) -> Iterator[Family]:
    rows = [({"sweep": name}, done) for name, done in sweeps.items()]
    yield _labelled(
        GAUGE,
        "sweep_last_success_timestamp_seconds",
        "When the sweep last succeeded on this node.",
        ((labels, done.succeeded.timestamp()) for labels, done in rows if done.succeeded),
    )
    yield _labelled(
        GAUGE,
        "sweep_duration_seconds",
        "How long the sweep last took.",
        ((labels, done.seconds) for labels, done in rows if done.succeeded),
    )
    yield _labelled(
        COUNTER,
        "sweep_failures_total",
        "How often the sweep failed since the process began.",
        ((labels, done.failures) for labels, done in rows),
    )
    yield _labelled(
        GAUGE,
        "sweep_silent_seconds",
        "For how long a sweep under way has shown no life.",
        ((labels, done.silent) for labels, done in rows),
    )


def _of_store(found: Standing) -> Iterator[Family]:
    counts = (({"status": status}, found.counts.get(status, 0)) for status in STATUSES)
    yield _labelled(GAUGE, "notices", "Notices by status.", counts)
    since = found.pending_since
    age = 0.0 if since is None else max(0.0, (found.at - since).total_seconds())
    yield _family(GAUGE, "oldest_pending_seconds", "Age of the oldest message to be sent.", age)
    yield _labelled(
        GAUGE,
        "failures_unresolved",
        "Messages that failed and of which nobody has taken note.",
        (({"status": "dead"}, found.dead), ({"status": "ambiguous"}, found.in_doubt)),
    )
    yield _family(
        GAUGE, "circuits_open", "Servers left alone because they failed.", len(found.open_circuits)
    )
    yield _family(GAUGE, "stopped", "Whether all sending is stopped.", found.halt is not None)
    yield _family(GAUGE, "rounds_held", "Imported rounds that wait for release.", len(found.held))
    yield _family(
        GAUGE, "issues_overdue", "Issues on which something is past its date.", found.overdue
    )
    yield _family(GAUGE, "entries_unsealed", "Entries that wait to be sealed.", found.unsealed)
    since = found.unsealed_since
    age = 0.0 if since is None else max(0.0, (found.at - since).total_seconds())
    yield _family(GAUGE, "oldest_unsealed_seconds", "Age of the oldest unsealed entry.", age)


def _family(kind: str, name: str, help: str, value: float) -> Family:
    return _labelled(kind, name, help, [({}, value)])


def _labelled(
    kind: str, name: str, help: str, samples: Iterable[tuple[Mapping[str, str], float]]
) -> Family:
    found = tuple((labels, float(value)) for labels, value in samples)
    return Family(name=f"rectify_{name}", kind=kind, help=help, samples=found)


def exposition(found: Iterable[Family]) -> str:
    """Return metrics in the text format; one without a sample is left out."""
    lines: list[str] = []
    for family in found:
        if not family.samples:
            continue
        lines.append(f"# HELP {family.name} {_escaped(family.help, quotes=False)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for labels, value in family.samples:
            said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            lines.append(f"{family.name}{'{' + said + '}' if said else ''} {_number(value)}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(text: str, *, quotes: bool = True) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def write_metrics(path: Path, text: str) -> None:
    """Replace the file, readable by everybody: it holds no names. Raises ``OSError``."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
