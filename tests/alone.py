"""The stand-alone verifier as tests call it: on bytes, in this process."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from states.canonical import canonical
from states.frozen import replace
from tests.bundling import Bundle, Made, made_bundle
from workflow.proof import rectify_verify as alone

Judged = dict[str, Any]


def judged(
    bundle: Bundle | bytes | Mapping[str, bytes], *options: str, anchors: Iterable[str] = ()
) -> Judged:
    """Return the verdict over a bundle, its zip, or its members; anchors are notes or short."""
    asked = alone.options(["bundle.zip", *options])
    asked.anchors = [alone.Anchor(anchor) for anchor in anchors]
    content = bundle if isinstance(bundle, bytes) else zipped(bundle)
    return alone.bundle_facts(io.BytesIO(content), asked)


def zipped(bundle: Bundle | Mapping[str, bytes]) -> bytes:
    """Return the zip of members."""
    if isinstance(bundle, Bundle):
        return bundle.zipped()
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in bundle.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
    return file.getvalue()


def found(verdict: Judged) -> dict[str, int]:
    """Return the index of each finding by its code."""
    return {finding["code"]: finding["index"] for finding in verdict["findings"]}


def changed(bundle: Bundle, index: int, change: Callable[[dict[str, Any]], Any]) -> Bundle:
    """Return the bundle with one entry changed, written canonically again."""
    content = bundle.content(index)
    change(content)
    return with_line(bundle, index, canonical(content))


def with_line(bundle: Bundle, index: int, line: bytes) -> Bundle:
    """Return the bundle with another line at an index."""
    return replace(bundle, entries=(*bundle.entries[:index], line, *bundle.entries[index + 1 :]))


def entries(bundle: Bundle, **wanted: object) -> list[int]:
    """Return the indices of the entries that have these values in their fields."""
    return [
        index
        for index, body in enumerate(bundle.entries)
        if wanted.items() <= {k: v for k, v in json.loads(body).items() if _plain(v)}.items()
    ]


def _plain(value: object) -> bool:
    return isinstance(value, str | int)


def codes(bundle: Bundle, **how: Any) -> dict[str, int]:
    """Return the index of each finding on a bundle by its code."""
    return found(judged(bundle, **how))


def lift(**values: Any) -> Callable[[dict[str, Any]], Any]:
    """Return a change that gives fields these values."""
    return lambda content: content.update(values)


def before(bundle: Bundle, index: int) -> int:
    """Return the size of the last checkpoint that does not cover an index."""
    return max((size for size in bundle.sizes if size <= index), default=0)


def next_of(bundle: Bundle, index: int) -> int | None:
    """Return the index of the next entry of the same stream, None if there is none."""
    same = entries(bundle, stream=bundle.content(index)["stream"])
    return next((i for i in same if i > index), None)


def with_note(bundle: Bundle, place: int, note: str) -> Bundle:
    """Return the bundle with another note in the place of a checkpoint."""
    return replace(bundle, notes=(*bundle.notes[:place], note, *bundle.notes[place + 1 :]))


@cache
def two_keys() -> Made:
    """Return a bundle whose log adopted a second key, with checkpoints after it."""
    return next(
        made
        for made in map(made_bundle, range(60))
        if len(made.log.adopted) > 1 and made.bundle.sizes[-2] > made.log.adopted[1]
    )
