"""The tampering campaign as a command: ``python -m tests.tampering --logs 1000 --json FILE``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tests.tampering.campaign import KINDS, Count, campaign


def main() -> int:
    """Run the campaign; 1 if anything came out otherwise than a kind declares."""
    said = argparse.ArgumentParser(prog="python -m tests.tampering", description=__doc__)
    said.add_argument("--logs", type=int, default=1000, help="random logs, seeds 0 to N-1")
    said.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    said.add_argument("--json", type=Path, help="write the figures there")
    asked = said.parse_args()
    began, counts = time.monotonic(), dict[str, Count]()
    for done, so_far in enumerate(campaign(asked.logs, asked.workers), start=1):
        counts = so_far
        sys.stderr.write(f"\r{min(done * 10, asked.logs)} logs")
    seconds = time.monotonic() - began
    sys.stderr.write(f"\r{asked.logs} logs in {seconds:.0f} s\n")
    sys.stdout.write(f"{table(counts)}\n")
    if asked.json:
        asked.json.write_text(json.dumps(result(counts, asked.logs, seconds), indent=1) + "\n")
    return 1 if any(count.wrong for count in counts.values()) else 0


def result(counts: Mapping[str, Count], logs: int, seconds: float) -> dict[str, object]:
    """Return the figures for programs."""
    kinds = [
        {**asdict(counts[kind.name]), "words": kind.words, "shows_anchored": kind.anchored}
        | {"shows_alone": kind.alone, "is_exact": kind.exact}
        for kind in KINDS
    ]
    return {"logs": logs, "seconds": round(seconds), "kinds": kinds}


def table(counts: Mapping[str, Count]) -> str:
    """Return the figures by kind, as a table of Markdown."""
    lines = [
        "| kind | what is done | forged | found with an anchor | place right | very entry "
        "| found without |",
        "| --- | --- | --: | --: | --: | --: | --: |",
    ]
    for kind in KINDS:
        c = counts[kind.name]
        cells = (c.anchored, c.right, c.exact, c.alone)
        shares = " | ".join(f"{_share(cell, c.made)}" for cell in cells)
        lines.append(f"| `{kind.name}` | {kind.words} | {c.made} | {shares} |")
    covered = [counts[k.name] for k in KINDS if k.anchored]
    made = sum(c.made for c in covered)
    sums = [sum(getattr(c, name) for c in covered) for name in ("anchored", "right", "exact")]
    shares = " | ".join(_share(cell, made) for cell in (*sums, sum(c.alone for c in covered)))
    lines.append(
        f"| | all kinds that change what was sealed ({len(covered)}) | {made} | {shares} |"
    )
    wrong = [f"{c.kind}: {w}" for c in counts.values() for w in c.wrong]
    return "\n".join([*lines, "", *wrong[:40], f"not as declared: {len(wrong)}"])


def _share(part: int, whole: int) -> str:
    return "–" if not whole else f"{100 * part / whole:.1f} %".replace("100.0", "100")


if __name__ == "__main__":
    sys.exit(main())
