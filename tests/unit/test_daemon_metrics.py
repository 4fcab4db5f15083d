"""The metrics: every line is one that Prometheus reads, and the file is never half written."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.daemon.metrics import (
    COUNTER,
    GAUGE,
    Done,
    Family,
    exposition,
    families,
    write_metrics,
)
from workflow.ports import Circuit, Halt
from workflow.standing import Standing

NOW = datetime(2025, 5, 26, 1, tzinfo=UTC)

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? (\S+)")

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> Samples:
    """Read the text format 0.0.4 strictly; whatever is not allowed in it fails."""
    assert text.endswith("\n")
    found: Samples = {}
    kinds: dict[str, str] = {}
    helped: list[str] = []
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, _, said = line[7:].partition(" ")
            assert re.fullmatch(NAME, name) and said and name not in helped, line
            assert re.fullmatch(r"(?:[^\\]|\\\\|\\n)*", said), line
            helped.append(name)
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert kind in ("counter", "gauge") and name == helped[-1] and name not in kinds, line
            assert (kind == "counter") == name.endswith("_total"), line
            kinds[name] = kind
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == list(kinds)[-1], "a sample stands below its type"
            labels = frozenset(re.findall(LABEL, sample[2] or ""))
            assert (sample[1], labels) not in found, f"twice: {line}"
            found[sample[1], labels] = float(sample[7])
    assert set(kinds) == set(helped) == {name for name, _ in found}
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    return found[f"rectify_{name}", frozenset(labels.items())]


def a_standing(**more: object) -> Standing:
    plain: dict[str, object] = {
        "at": NOW,
        "counts": {"accepted": 12, "retry_wait": 3},
        "pending_since": None,
        "dead": 0,
        "in_doubt": 0,
        "circuits": (),
        "halt": None,
        "held": (),
        "beats": (),
        "overdue": 0,
    }
    return Standing(**{**plain, **more})  # type: ignore[arg-type]


def shown(found: Standing | None, **sweeps: Done) -> Samples:
    return read(exposition(families(sweeps, 1, found)))


def test_a_store_that_is_well() -> None:
    found = shown(a_standing(overdue=4), owe=Done(succeeded=NOW, seconds=0.25, failures=2))
    assert value(found, "sweep_last_success_timestamp_seconds", sweep="owe") == NOW.timestamp()
    assert value(found, "sweep_duration_seconds", sweep="owe") == 0.25
    assert value(found, "sweep_failures_total", sweep="owe") == 2
    assert value(found, "notices", status="accepted") == 12
    assert value(found, "notices", status="dead") == 0  # absent is not the same as none
    assert value(found, "oldest_pending_seconds") == 0
    assert value(found, "issues_overdue") == 4
    assert (value(found, "store_up"), value(found, "scheduler_restarts_total")) == (1, 1)


def test_everything_that_can_be_wrong_is_shown() -> None:
    circuits = (
        Circuit(server="mail@a", failures=3, open_until=NOW, cause="unreachable"),
        Circuit(server="mail@b", failures=1, open_until=None, cause="unreachable"),
    )
    found = shown(
        a_standing(
            pending_since=NOW - timedelta(minutes=12),
            dead=2,
            in_doubt=1,
            circuits=circuits,
            halt=Halt(since=NOW, cause="storm"),
        ),
        deliver=Done(silent=1000.5),
    )
    assert value(found, "oldest_pending_seconds") == 720
    assert value(found, "failures_unresolved", status="dead") == 2
    assert value(found, "failures_unresolved", status="ambiguous") == 1
    assert value(found, "circuits_open") == 1
    assert value(found, "stopped") == 1
    assert value(found, "sweep_silent_seconds", sweep="deliver") == 1000.5


def test_a_sweep_that_never_succeeded_has_no_time_of_success() -> None:
    found = shown(a_standing(), owe=Done(failures=1))
    assert not [name for name, _ in found if "last_success" in name]


def test_while_the_database_is_away_only_that_is_shown_of_it() -> None:
    found = shown(None, owe=Done(succeeded=NOW))
    assert value(found, "store_up") == 0
    assert not [name for name, _ in found if "notices" in name or "pending" in name]


@given(
    st.lists(st.text(), min_size=1, max_size=4, unique=True),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(min_size=1).filter(lambda text: text.strip()),
)
def test_whatever_a_label_holds_it_can_be_read_back(
    texts: list[str], number: float, said: str
) -> None:
    samples = tuple(({"node": text}, number) for text in texts)
    family = Family(name="rectify_x", kind=GAUGE, help=said, samples=samples)
    found = read(exposition([family]))
    read_back = {
        re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], dict(labels)["node"])
        for _, labels in found
    }
    assert read_back == set(texts)
    assert set(found.values()) == {number}


def test_the_reader_of_this_test_is_strict() -> None:
    for text in (
        'x{a="b} 1\n',
        "# TYPE x gauge\nx 1\n",
        "# HELP x y\n# TYPE x gauge\nx 1\nx 1\n",
        "# HELP x y\n# TYPE x counter\nx 1\n",
    ):
        with pytest.raises((AssertionError, IndexError)):
            read(text)
    family = Family(name="rectify_x_total", kind=COUNTER, help="x", samples=(({}, 1.0),))
    assert read(exposition([family])) == {("rectify_x_total", frozenset()): 1.0}


def test_the_file_is_replaced_whole_and_readable_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "rectify.prom"
    write_metrics(path, "old\n")
    before = path.stat().st_ino
    write_metrics(path, "new\n")
    assert path.read_text() == "new\n"
    assert path.stat().st_ino != before, "written in place, it could be read half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [p.name for p in tmp_path.iterdir()] == ["rectify.prom"]


def test_a_folder_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_metrics(tmp_path / "away" / "rectify.prom", "new\n")
    blocked = tmp_path / "rectify.prom"
    (blocked / "full").mkdir(parents=True)
    with pytest.raises(OSError, match=r"."):
        write_metrics(blocked, "new\n")
    assert [p.name for p in tmp_path.iterdir()] == ["rectify.prom"]
