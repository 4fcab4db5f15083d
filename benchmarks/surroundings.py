"""The machine and the versions, in words: no name or path of it, which would say nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

_PAGE = bytes(8192)


def machine() -> str:
    """Return the machine as a sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load, _, _ = os.getloadavg()
    return (
        f"{os.cpu_count()} processors ({_processor()}), {memory:.0f} GiB of memory, "
        f"{platform.system()}, {platform.python_implementation()} {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; one fsync of 8 KiB appended to a file took "
        f"{_fsync() * 1000:.2f} ms, and the load before measuring was {load:.1f}"
    )


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python, SQLite and of those packages that are installed."""
    known = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    return known | dict(_installed(packages))


def _installed(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    models = [line for line in text.splitlines() if line.startswith("model name")]
    return models[0].partition(":")[2].strip() if models else platform.machine()


def _fsync() -> float:
    """Return the seconds that one fsync takes where the databases of the benchmarks lie."""
    with tempfile.TemporaryFile() as file:
        times = []
        for _ in range(20):
            file.write(_PAGE)
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return median(times)
