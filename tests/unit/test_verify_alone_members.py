"""The stand-alone verifier on what lies beside the entries: rules C and M."""

from __future__ import annotations

from typing import Any

import pytest

from states.frozen import replace
from tests.alone import (
    codes,
    entries,
    found,
    judged,
)
from tests.bundling import (
    Bundle,
    lines,
    made_bundle,
)

SEED = 1
MADE = made_bundle(SEED)
BUNDLE = MADE.bundle
LAST = len(BUNDLE.entries) - 1
ISSUES = [i for i in range(LAST + 1) if BUNDLE.content(i)["stream"] != "@office"]
ONE = ISSUES[len(ISSUES) // 2]


def a_bundle_with(part: str) -> Bundle:
    return next(b for b in (made_bundle(n).bundle for n in range(60)) if getattr(b, part))


def naming(bundle: Bundle, sha256: str) -> int:
    return next(
        i
        for i in range(len(bundle.entries))
        if bundle.content(i)["facts"].get("sha256") == sha256
        and bundle.content(i).get("records") in ("letter", "evidence")
    )


def test_a_calendar_that_is_another_or_missing_is_found():
    bundle, name, first = next(
        (b, name, entries(b, calendar=name)[0])
        for b in (made_bundle(n).bundle for n in range(60))
        for name in b.calendars
        if entries(b, calendar=name)
    )

    assert codes(replace(bundle, calendars={name: b"{}"})) == {"calendar_changed": first}
    gone = judged(replace(bundle, calendars={}))
    assert (gone["verdict"], found(gone)) == ("incomplete", {"calendar_missing": first})


def test_a_letter_that_is_another_is_found_and_one_that_was_erased_is_not():
    bundle = a_bundle_with("letters")
    name = next(iter(bundle.letters))

    other = replace(bundle, letters=bundle.letters | {name: b"another"})
    assert codes(other) == {"letter_changed": naming(bundle, name)}
    assert judged(replace(bundle, letters={}))["verdict"] == "sound"


def test_evidence_that_is_another_or_missing_is_found():
    bundle = a_bundle_with("evidence")
    name = next(iter(bundle.evidence))
    rest = {k: v for k, v in bundle.evidence.items() if k != name}

    other = replace(bundle, evidence=bundle.evidence | {name: b"another"})
    assert codes(other) == {"evidence_changed": naming(bundle, name)}
    gone = judged(replace(bundle, evidence=rest))
    assert (gone["verdict"], found(gone)) == (
        "incomplete",
        {"evidence_missing": naming(bundle, name)},
    )
    kept = tuple({**line, "held": "kept"} for line in bundle.listed)
    assert judged(replace(bundle, evidence=rest, listed=kept))["verdict"] == "sound"


def test_details_that_were_never_committed_to_are_found():
    *others, line = BUNDLE.people
    held = max(
        i
        for i in entries(BUNDLE, stream="@office")
        if BUNDLE.content(i)["facts"].get("person") == line["person"]
        and "commitment" in BUNDLE.content(i)["facts"]
    )

    for other in (
        {**line, "details": {**line["details"], "name": "someone"}},
        {**line, "salt": "0" * 64},
    ):
        assert codes(replace(BUNDLE, people=(*others, other))) == {"details_differ": held}
    for other in (
        {**line, "salt": "x"},
        {**line, "salt": 5},
        {**line, "details": []},
        {**line, "person": 5},
        {"person": "nobody", "details": {}, "salt": "0" * 64},
    ):
        assert codes(replace(BUNDLE, people=(*others, other))) == {"details_differ": 0}
    redacted = {"person": line["person"], "redacted": True}
    assert judged(replace(BUNDLE, people=(*others, redacted)))["verdict"] == "sound"
    assert judged(replace(BUNDLE, people=()))["verdict"] == "sound"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b'{"format": "rectify/bundle/1"}', b"[" * 100_000],
)
def test_a_manifest_of_another_format_is_wrong(body: bytes):
    verdict = judged(replace(BUNDLE, extra={"manifest.json": body}))

    assert (verdict["verdict"], found(verdict)) == ("incomplete", {"manifest_wrong": 0})


@pytest.mark.parametrize(
    "values",
    [{"format": "rectify/bundle/2"}, {"entries": "5"}, {"sealed": -1}, {"made_at": 5},
     {"origin": None}, {"entries": True}],
)  # fmt: skip
def test_a_manifest_with_other_fields_is_wrong(values: dict[str, Any]):
    assert codes(replace(BUNDLE, manifest=BUNDLE.manifest | values)) == {"manifest_wrong": 0}


def test_the_manifest_counts_entries_and_names_the_log():
    def stating(**values: Any) -> dict[str, int]:
        return codes(replace(BUNDLE, manifest=BUNDLE.manifest | values))

    assert stating(entries=LAST + 2) == {"entries_missing": LAST + 1}
    assert stating(entries=LAST) == {"entries_added": LAST}
    assert stating(origin="rectify/0") == {"origin_differs": 0}
    assert stating(sealed=3) == {"sealed_differs": 3}


def test_keys_txt_lists_the_keys_of_the_log():
    assert codes(replace(BUNDLE, keys=())) == {"keys_differ": 0}
    assert judged(replace(BUNDLE, without=frozenset({"keys.txt"})))["verdict"] == "sound"


def test_without_entries_nothing_else_is_judged():
    gone = judged(replace(BUNDLE, without=frozenset({"entries.jsonl"})))
    assert (gone["verdict"], found(gone)) == ("incomplete", {"entries_missing": 0})
    assert codes(replace(BUNDLE, notes=(), without=frozenset({"entries.jsonl"}))) == found(gone)
    odd = replace(BUNDLE, notes=("?",), without=frozenset({"entries.jsonl"}))
    assert codes(odd) == found(gone)
    assert codes(replace(BUNDLE, entries=()))["entries_missing"] == 0


def test_a_member_that_stands_twice_is_found_and_nothing_else_is_said():
    for name in ("entries.jsonl", "unknown.txt"):
        twice = replace(BUNDLE, twice=name, extra={"unknown.txt": b""})
        assert codes(twice) == {"member_repeated": 0}


def test_the_last_line_needs_its_end_or_is_one_line_more():
    ended = replace(BUNDLE, extra={"entries.jsonl": lines(BUNDLE.entries)[:-1]})
    assert judged(ended)["verdict"] == "sound"
    more = replace(BUNDLE, extra={"entries.jsonl": lines(BUNDLE.entries) + b"\n"})
    assert codes(more)["entry_unreadable"] == LAST + 1
