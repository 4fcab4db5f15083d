"""Runs every benchmark, each in a process of its own, and writes ``RESULTS.md``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import NAMES
from benchmarks.surroundings import machine

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = "| | rectify | floor | ratio | peers | limits |\n| --- | --- | --- | --- | --- | --- |"
_INTRODUCTION = """\
# What was measured

Written by `make bench`; run it on your own machine, for only the ratios travel. The floor is the
same work without rectify. A ratio is the median of the ratios of the rounds, in which everybody
takes turns step by step.

{machine}.
"""


def main() -> None:
    """Run the benchmarks and write their table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run that writes nothing")
    quick = parser.parse_args().quick
    where = machine()
    records = [record for name in NAMES for record in _parts(_run(name, quick=quick))]
    text = "\n".join([_INTRODUCTION.format(machine=where), _HEAD, *map(_row, records), ""])
    text += "\n" + "\n".join(_remarks(records)) + "\n"
    if not quick:
        RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _run(name: str, *, quick: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", *["--quick"] * quick]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    record: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return record


def _parts(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [record, *record["further"]]


def _row(record: dict[str, Any]) -> str:
    what = f"**{record['name']}**, {record['unit']}; {record['settings']}"
    peers = "<br>".join(
        f"{name} {value:,}" for name, value in {**record["peers"], **record["beside"]}.items()
    )
    limits = "<br>".join(_limit(limit) for limit in record["limits"])
    figures = f"{record['ours']:,} | {record['floor']:,} | {record['ratio_to_floor']}"
    return f"| {what} | {figures} | {peers or '–'} | {limits or '–'} |"


def _limit(limit: dict[str, Any]) -> str:
    kind = "at_most" if "at_most" in limit else "at_least"
    said = {True: "met", False: "**not met**", None: "not measured"}[limit["met"]]
    name, bound = limit["figure"].replace("_", " "), limit[kind]
    return f"{name} {kind.replace('_', ' ')} {bound}: {limit['value']}, {said}"


def _remarks(records: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the benchmarks remark, each remark once, and the versions."""
    remarks: dict[str, None] = {}
    versions: dict[str, str] = {}
    for record in records:
        remarks |= dict.fromkeys(f"{record['name']}: {note}" for note in record["notes"])
        versions |= record["versions"]
    yield from (f"- {remark}" for remark in remarks)
    yield "- versions: " + ", ".join(f"{name} {number}" for name, number in versions.items())


if __name__ == "__main__":
    main()
