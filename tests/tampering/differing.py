"""Three judges, one page: the same verdict and first bad index on the same bytes.

Bundles are forged once, or twice over, and judged with and without anchors and a fingerprint. Where
two judges differ one of them is wrong, and the page of the format decides which.
"""

from __future__ import annotations

import base64
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from states.frozen import replace
from tests.bundling import Made, made_bundle
from tests.tampering.campaign import KINDS
from workflow.proof import rectify_verify as alone
from workflow.proof.bundle.judging import Against, judge
from workflow.proof.bundle.notes import read_given

Answer = tuple[str, int | None]
Judge = Callable[["Case"], Answer]


@dataclass(frozen=True)
class Case:
    """A bundle to be judged: how it came about, its bytes, and what it is held against."""

    name: str
    file: bytes
    anchors: tuple[str, ...]
    fingerprint: str


def cases(seeds: range) -> Iterator[Case]:
    """Yield bundles, sound ones and forged ones, of these seeds."""
    for seed in seeds:
        lots = random.Random(f"case/{seed}")  # noqa: S311  # to be drawn again
        made = made_bundle(seed % 400, 8 + seed % 20, spare=seed % 3 == 0)
        kinds = [lots.choice(KINDS) for _ in range(lots.choice((0, 1, 1, 1, 1, 2, 2)))]
        file = _forged(made, kinds, lots)
        if file is not None:
            names = "+".join(kind.name for kind in kinds)
            yield Case(f"{seed}:{names}", file, _anchors(made, lots), _fingerprint(made, lots))


def _forged(made: Made, kinds: list[Any], lots: random.Random) -> bytes | None:
    for kind in kinds:
        try:
            forged = kind.forge(made, lots)
        except Exception:
            return None  # the second forger cannot read what the first one left
        if forged is None:
            return None
        if forged.zipped:
            return bytes(forged.zipped)
        made = replace(made, bundle=forged.bundle)
    return made.bundle.zipped()


def _anchors(made: Made, lots: random.Random) -> tuple[str, ...]:
    """Draw what somebody has kept: notes, short forms, now and then of another log."""
    notes = lots.sample(made.bundle.notes, lots.randrange(len(made.bundle.notes) + 1))
    if lots.random() < 0.05:
        notes.append(made_bundle((made.seed + 7) % 400, 15).bundle.notes[0])
    return tuple(n if lots.random() < 0.5 else str(read_given(n)) for n in notes)


def _fingerprint(made: Made, lots: random.Random) -> str:
    if lots.random() < 0.5:
        return ""
    own = made.log.signers[0].named(made.bundle.origin).fingerprint
    return own if lots.random() < 0.8 else "ab" * 32


def by_product(case: Case) -> Answer:
    """Judge by ``workflow.proof.bundle.judging``."""
    against = Against(tuple(map(read_given, case.anchors)), case.fingerprint)
    found = judge(io.BytesIO(case.file), against)
    return found.verdict, found.first_bad


def by_the_single_file(case: Case) -> Answer:
    """Judge by the file that travels in the bundle."""
    said = ["x.zip", *(["--key", case.fingerprint] if case.fingerprint else [])]
    asked = alone.options(said)
    asked.anchors = [alone.Anchor(text) for text in case.anchors]
    found = alone.bundle_facts(io.BytesIO(case.file), asked)
    return found["verdict"], found["first_bad"]


def is_readable(case: Case) -> bool:
    """Return whether the zip file itself is whole: a page is given members, never a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(case.file)) as archive:
            return archive.testzip() is None
    except Exception:  # whatever a broken file provokes
        return False


@contextmanager
def the_page() -> Iterator[Judge]:
    """Give the judge of the replay page, in V8."""
    from py_mini_racer import MiniRacer  # type: ignore[import-untyped, unused-ignore]

    from workflow.proof.page.builder import judge_script

    with MiniRacer() as engine:
        engine.eval(judge_script())

        def by_the_page(case: Case) -> Answer:
            with zipfile.ZipFile(io.BytesIO(case.file)) as archive:
                members = [
                    [info.filename, base64.b64encode(archive.read(info)).decode()]
                    for info in archive.infolist()
                ]
            given = {"anchors": list(case.anchors), "fingerprint": case.fingerprint}
            call = f"JSON.stringify(judgeEncoded({json.dumps(members)}, {json.dumps(given)}))"
            found = json.loads(str(engine.eval(call)))
            return found["verdict"], found["first_bad"]

        yield by_the_page


def differences(seeds: range, judges: dict[str, Judge]) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Yield the cases on which judges do not agree, with what each said."""
    for case in cases(seeds):
        page = "page" in judges and not is_readable(case)
        said = {name: judged(case) for name, judged in judges.items() if name != "page" or not page}
        if len(set(said.values())) > 1:
            yield case, said
