"""The stand-alone verifier on entries: rules E1 to E10 of the bundle's format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from states.canonical import canonical, digest
from states.frozen import replace
from tests.alone import (
    before,
    changed,
    codes,
    entries,
    found,
    judged,
    lift,
    next_of,
    two_keys,
    with_line,
)
from tests.bundling import (
    made_bundle,
)
from workflow.proof import rectify_verify as alone

SEED = 1
MADE = made_bundle(SEED)
BUNDLE = MADE.bundle
LAST = len(BUNDLE.entries) - 1
ISSUES = [i for i in range(LAST + 1) if BUNDLE.content(i)["stream"] != "@office"]
ONE = ISSUES[len(ISSUES) // 2]


@pytest.mark.parametrize("seed", range(12))
def test_a_bundle_as_it_was_written_is_sound(seed: int):
    made = made_bundle(seed)
    first = alone.Key(made.bundle.keys[0]).fingerprint
    verdict = judged(made.bundle, "--key", first, anchors=[*made.bundle.notes])

    assert (verdict["verdict"], verdict["first_bad"], verdict["findings"]) == ("sound", None, [])
    assert verdict["entries"] == len(made.bundle.entries)
    assert verdict["sealed"] == made.bundle.sizes[-1]
    assert verdict["unsealed"] == verdict["entries"] - verdict["sealed"]
    assert verdict["origin"] == made.bundle.origin
    assert verdict["keys"][0] == first
    assert len(verdict["keys"]) == len(made.bundle.keys)


def test_an_issue_is_in_the_state_to_which_its_entries_lead():
    states = judged(BUNDLE, "--issues")["states"]

    assert {line["issue"]: line["state"] for line in states} == {
        key: issue.state for key, issue in MADE.log.issues.items()
    }
    assert {line["issue"]: line["owed"] for line in states} == {
        key: len(issue.obligations) for key, issue in MADE.log.issues.items()
    }


def test_it_replays_as_of_a_day_and_as_of_an_instant():
    entry = BUNDLE.content(ONE)
    of_day = judged(BUNDLE, "--at", entry["day"])["states"]
    before_it = judged(BUNDLE, "--at", entry["at"][:19] + "Z")["states"]
    of_then = judged(BUNDLE, "--at", entry["at"])["states"]

    def n(states: list[dict[str, Any]]) -> int:
        return sum(line["n"] for line in states if line["issue"] == entry["stream"])

    assert n(of_then) == entry["n"]
    assert n(of_day) >= entry["n"]
    assert n(before_it) in (entry["n"] - 1, entry["n"])
    assert judged(BUNDLE, "--at", "2000-01-01")["states"] == []


def test_unknown_members_are_passed_over():
    assert judged(replace(BUNDLE, extra={"unknown.txt": b"?"}))["verdict"] == "sound"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"{",
        b'{"a":1,"a":1}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"[" * 5000,
        b'{"a":' * 5000,
        b'{"a":' + b"9" * 5000 + b"}",
        BUNDLE.entries[ONE] + b" ",
        b" " + BUNDLE.entries[ONE],
        BUNDLE.entries[ONE].replace(b":", b": ", 1),
        BUNDLE.entries[ONE].replace(b'"v":1', b'"v":1.0'),
        BUNDLE.entries[ONE].replace(b'"v":1', b'"v":1e0'),
        BUNDLE.entries[ONE].replace(b'"v":1', b'"v":true'),
        BUNDLE.entries[ONE].replace(b'"v":1', b'"v":2'),
        BUNDLE.entries[ONE].replace(b'"stream":"R', b'"stream":"\\u0052'),
        BUNDLE.entries[ONE] + b"\r",
    ],
)
def test_a_line_that_is_no_entry_in_canonical_form_is_unreadable(line: bytes):
    assert codes(with_line(BUNDLE, ONE, line))["entry_unreadable"] == ONE


@pytest.mark.parametrize(
    "values",
    [
        {"v": None},
        {"stream": 1},
        {"n": "1"},
        {"n": True},
        {"prev": None},
        {"request": 5},
        {"day": []},
        {"event": {}},
        {"facts": []},
        {"actor": "li"},
        {"at": "2026-03-02"},
        {"at": "２026-03-02T01:30:00.000000Z"},
        {"process": None},
        {"from": 0},
        {"to": 0},
        {"records": False},
        {"calendar": None},
        {"opens": {}},
        {"opens": [1]},
        {"opens": [{"id": 1}]},
        {"closes": "x"},
        {"facts": {"a": 2**53}},
        {"facts": {"a": -(2**53)}},
        {"facts": {"a": 0.5}},
        {"facts": {"é": "a"}},
        {"facts": {"a": "e\u0301"}},
        {"facts": {"a": json.loads("[" * 63 + "]" * 63)}},
    ],
)
def test_a_field_of_another_kind_is_unreadable(values: dict[str, Any]):
    bundle = with_line(BUNDLE, ONE, canonical(BUNDLE.content(ONE) | values))

    assert codes(bundle)["entry_unreadable"] == ONE


@pytest.mark.parametrize(
    "facts",
    [
        {"a": 2**53 - 1, "b": -(2**53 - 1), "c": 0, "d": None, "e": True},
        {"a": 'é\u2028\x7f\n\\"', "b": "", "c": "\U0001f600", "\x7f": "key"},
        {"a": json.loads("[" * 62 + "]" * 62)},
    ],
)
def test_what_the_format_allows_is_read(facts: dict[str, Any]):
    """The entry itself is fine: its successor no longer fits it."""
    bundle = changed(BUNDLE, ONE, lambda content: content["facts"].update(facts))

    assert "entry_unreadable" not in codes(bundle)


def test_a_field_that_is_missing_is_unreadable():
    for name in (*BUNDLE.content(ONE), "nothing"):
        content = BUNDLE.content(ONE)
        content.pop(name, None)
        bundle = with_line(BUNDLE, ONE, canonical(content))
        known = name not in ("office", "calendar", "nothing")
        assert ("entry_unreadable" in codes(bundle)) == known, name


@pytest.mark.parametrize("index", ISSUES)
def test_an_entry_that_was_edited_shows_at_its_successor_or_at_the_next_seal(index: int):
    bundle = changed(BUNDLE, index, lambda content: content["facts"].update(note="x"))
    sealed = next((size for size in BUNDLE.sizes if size > index), LAST + 2)
    successor = next_of(BUNDLE, index)

    verdict = judged(bundle)
    assert verdict["verdict"] == "tampered"
    if successor is not None and successor < sealed:
        assert found(verdict) == {"chain_broken": successor}
    else:
        assert found(verdict)["root_differs"] == verdict["first_bad"] == before(BUNDLE, index)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("order_wrong", lift(n=99)),
        ("order_wrong", lift(n=-1)),
        ("chain_broken", lift(prev="")),
        ("chain_broken", lift(prev="0" * 64)),
        ("time_backwards", lift(at="2001-01-01T00:00:00.000000Z")),
        ("request_repeated", lift(request=BUNDLE.content(0)["request"])),
        ("step_not_allowed", lift(event="nothing")),
        ("step_not_allowed", lift(to="nowhere")),
        ("step_not_allowed", {"from": "nowhere"}),
        ("step_not_allowed", lift(records="nothing")),
        ("obligations_wrong", lift(closes=[{"id": "never opened", "because": "x"}])),
        ("obligations_wrong", lift(opens=[{"id": "a"}, {"id": "a"}])),
    ],
)
def test_an_entry_that_cannot_be_is_found_where_it_stands(code: str, change: Any):
    make = change if callable(change) else lift(**change)

    verdict = judged(changed(BUNDLE, ONE, make))
    assert found(verdict)[code] == ONE
    assert verdict["entries"] == ONE


def test_an_obligation_is_opened_once_and_closed_once():
    index = next(i for i in ISSUES if BUNDLE.content(i)["opens"])
    opened, stream = BUNDLE.content(index)["opens"], BUNDLE.content(index)["stream"]
    later = next(i for i in entries(BUNDLE, stream=stream) if i > index)

    again = changed(BUNDLE, later, lambda content: content["opens"].extend(opened))
    assert codes(again)["obligations_wrong"] == later
    twice = [{"id": opened[0]["id"], "because": "x"}] * 2
    closed = changed(BUNDLE, later, lambda content: content.update(closes=twice))
    assert codes(closed)["obligations_wrong"] == later


def test_the_log_begins_with_its_founding_and_has_one():
    headless = replace(BUNDLE, entries=BUNDLE.entries[1:])
    assert codes(headless)["office_missing"] == 0
    later = entries(BUNDLE, stream="@office")[3]
    assert codes(changed(BUNDLE, later, lift(event="found_office")))["office_missing"] == later


def test_a_process_that_is_another_or_none_is_found():
    name = BUNDLE.content(ISSUES[0])["process"]
    first = entries(BUNDLE, process=name)[0]

    for body in (b"{}", BUNDLE.processes[name] + b" ", b"[" * 100_000):
        other = replace(BUNDLE, processes=BUNDLE.processes | {name: body})
        assert codes(other)["process_changed"] == first
    gone = judged(
        replace(BUNDLE, processes={k: v for k, v in BUNDLE.processes.items() if k != name})
    )
    assert (gone["verdict"], gone["first_bad"]) == ("incomplete", first)
    assert found(gone) == {"process_missing": first}


@pytest.mark.parametrize(
    "body",
    [{}, {"steps": {}}, {"steps": [1]}, {"steps": [{"event": "register"}]},
     {"steps": [{"event": "x", "target": "y", "records": "z", "sources": [1]}]}],
)  # fmt: skip
def test_a_process_that_says_no_steps_is_another(body: dict[str, Any]):
    """Its hash is right, because the entries were made anew to name it."""
    written = canonical(body)
    bundle = changed(BUNDLE, ISSUES[0], lift(process=digest(written)))
    bundle = replace(bundle, processes=bundle.processes | {digest(written): written})

    assert codes(bundle)["process_changed"] == ISSUES[0]


@pytest.mark.parametrize(
    "facts",
    [
        {"key": "x"},
        {"key": 5},
        {"note": "x"},
        {"note": None},
        {"key": "other+00000000+" + "A" * 44},
    ],
)
def test_a_key_that_nobody_handed_over_is_wrong(facts: dict[str, Any]):
    made = two_keys()
    index = made.log.adopted[1]

    bundle = changed(made.bundle, index, lambda content: content["facts"].update(facts))
    assert codes(bundle)["key_wrong"] == index


def test_a_key_handed_over_by_a_stranger_is_wrong_unless_signatures_are_not_asked_for():
    made = two_keys()
    index = made.log.adopted[1]
    note = made.bundle.content(index)["facts"]["note"]
    text = note.split("\n\n")[0] + "\n"
    forged = made.log.signers[1].signs(text, made.bundle.origin)

    bundle = changed(made.bundle, index, lambda content: content["facts"].update(note=forged))
    assert codes(bundle)["key_wrong"] == index
    assert "key_wrong" not in found(judged(bundle, "--no-signatures"))
