"""The judge of the page, run in an engine without a browser, beside what is known of each part."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from states.canonical import canonical, normalised
from states.frozen import replace
from tests.bundling import Bundle, made_bundle, rechained
from workflow.proof.page.builder import judge_script

ORDER = 2**252 + 27742317777372353535851937790883648493


class Judge:
    """The judge's script in an engine, called with values."""

    def __init__(self, engine: MiniRacer) -> None:
        self._engine = engine
        engine.eval(judge_script())

    def asked(self, script: str, *values: object) -> Any:
        """Return what an expression in ``a``, ``b`` … is, with bytes as hex."""
        names = ", ".join("abcdef"[: len(values)])
        given = ", ".join(json.dumps(value) for value in values)
        written = self._engine.eval(f"JSON.stringify((({names}) => {script})({given}))")
        return json.loads(str(written))

    def verdict(self, bundle: Bundle, *anchors: str, key: str = "") -> dict[str, Any]:
        """Return the verdict on a bundle."""
        pairs = [[name, base64.b64encode(body).decode()] for name, body in bundle.members()]
        options = {"anchors": anchors, "fingerprint": key}
        verdict: dict[str, Any] = self.asked("judgeEncoded(a, b)", pairs, options)
        return verdict

    def says(self, bundle: Bundle, *anchors: str) -> tuple[str, int | None, list[str]]:
        """Return verdict, first bad index, and the codes of the findings."""
        found = self.verdict(bundle, *anchors)
        return found["verdict"], found["first_bad"], [f["code"] for f in found["findings"]]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    # Closed in any case: its threads could keep Python from ending.
    with MiniRacer() as engine:
        yield Judge(engine)


def drawn(seed: int, size: int) -> bytes:
    """Return bytes that nobody chose, the same for the same seed."""
    return hashlib.shake_256(str(seed).encode()).digest(size)


SIZES = (0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000)


@pytest.mark.parametrize("size", SIZES)
def test_its_hashes_are_those_of_everybody(judge: Judge, size: int) -> None:
    data = drawn(size, size)

    assert judge.asked("hexOf(sha256(unhex(a)))", data.hex()) == hashlib.sha256(data).hexdigest()
    assert judge.asked("hexOf(sha512(unhex(a)))", data.hex()) == hashlib.sha512(data).hexdigest()
    made = hmac.new(data, b"details", "sha256").hexdigest()
    assert judge.asked("hexOf(hmac(unhex(a), encoded('details')))", data.hex()) == made


def test_its_sm3_is_that_of_the_standard(judge: Judge) -> None:
    """GB/T 32905-2016, appendix A."""
    one = judge.asked("hexOf(sm3(encoded(a)))", "abc")
    other = judge.asked("hexOf(sm3(encoded(a)))", "abcd" * 16)

    assert one == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert other == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@pytest.mark.parametrize("seed", range(4))
def test_it_takes_right_signatures_and_no_other(judge: Judge, seed: int) -> None:
    key, message = Ed25519PrivateKey.from_private_bytes(drawn(seed, 32)), drawn(seed + 9, 90)
    public, right = key.public_key().public_bytes_raw(), key.sign(message)
    ask = "isSignature(unhex(a), unhex(b), unhex(c))"
    shifted = right[:32] + (int.from_bytes(right[32:], "little") + ORDER).to_bytes(32, "little")
    flipped = bytearray(right)
    flipped[seed * 17] ^= 1

    assert judge.asked(ask, public.hex(), right.hex(), message.hex()) is True
    assert judge.asked(ask, public.hex(), bytes(flipped).hex(), message.hex()) is False
    assert judge.asked(ask, public.hex(), right.hex(), (message + b".").hex()) is False
    assert judge.asked(ask, public.hex(), shifted.hex(), message.hex()) is False


@pytest.mark.parametrize("y", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
def test_it_believes_no_key_of_small_order_or_written_otherwise(judge: Judge, y: int) -> None:
    assert judge.asked("isSoundKey(unhex(a))", y.to_bytes(32, "little").hex()) is False


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("abcdef"), VALUES))
def test_it_writes_what_the_log_writes(judge: Judge, record: dict[str, Any]) -> None:
    written = canonical(normalised(record)).decode()

    assert judge.asked("objectIn(a) !== null && canonical(objectIn(a))", written) == written


NOT_CANONICAL = (
    '{"a":1.0}', '{"a":1e3}', '{"a":-0}', '{"a":9007199254740992}', '{"a":1,"a":1}',
    '{"b":1,"a":1}', '{"a": 1}',
    '{"a":"\\u0041"}', '{"a":"\\ud800"}', '{"a":"e\\u0301"}', '{"a":"e\u0301"}',
    '{"é":1}', "\ufeff{}", "{}\n", "[]", "1", "", "{", '{"a":NaN}', '{"a":"\\/"}', '{"a":true }',
)  # fmt: skip


@pytest.mark.parametrize("text", NOT_CANONICAL)
def test_it_reads_nothing_that_is_not_canonical(judge: Judge, text: str) -> None:
    assert judge.asked("objectIn(a)", text) is None


def test_it_bounds_how_deep_a_record_nests(judge: Judge) -> None:
    def nested(levels: int) -> str:
        return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)

    assert judge.asked("objectIn(a) === null", nested(64)) is False
    assert judge.asked("objectIn(a) === null", nested(65)) is True
    assert judge.asked("objectIn(a) === null", nested(20_000)) is True


BROKEN = (b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe0\x80\x80", b"\x80", b"\xe4\xb8")


@pytest.mark.parametrize("data", BROKEN)
def test_it_reads_no_bytes_that_are_not_utf8(judge: Judge, data: bytes) -> None:
    assert judge.asked("decoded(unhex(a))", data.hex()) is None


@given(TEXTS)
def test_it_reads_and_writes_utf8(judge: Judge, text: str) -> None:
    assert judge.asked("hexOf(encoded(a))", text) == text.encode().hex()
    assert judge.asked("decoded(unhex(a))", text.encode().hex()) == text


@given(st.binary(max_size=40))
def test_it_reads_base64_written_the_one_right_way(judge: Judge, data: bytes) -> None:
    written = base64.b64encode(data).decode()

    assert judge.asked("hexOf(unbase64(a))", written) == data.hex()
    for other in (written.rstrip("="), written + "=", written + "\n", "=" + written):
        assert other == written or judge.asked("unbase64(a)", other) is None


@pytest.mark.parametrize("seed", range(8))
def test_a_sound_bundle_is_sound_beside_every_anchor(judge: Judge, seed: int) -> None:
    made = made_bundle(seed)
    verdict = judge.verdict(made.bundle, *made.bundle.notes)

    assert (verdict["verdict"], verdict["findings"]) == ("sound", [])
    assert verdict["entries"] == len(made.bundle.entries)
    assert verdict["sealed"] == made.bundle.sizes[-1]
    assert all(anchor["right"] for anchor in verdict["anchors"])
    assert verdict["signatures"] is True


def test_an_edited_entry_is_found_where_it_shows(judge: Judge) -> None:
    bundle = made_bundle(2).bundle
    entries = list(bundle.entries)
    entries[20] = entries[20].replace(b'"v":1', b'"v":2')

    assert judge.says(replace(bundle, entries=tuple(entries))) == (
        "tampered",
        20,
        ["entry_unreadable"],
    )


def test_a_chain_made_anew_shows_at_the_seals(judge: Judge) -> None:
    bundle = made_bundle(2).bundle
    entries = list(bundle.entries)
    place = next(i for i in range(12, 40) if '"day":"2025-03' in entries[i].decode())
    entries[place] = entries[place].replace(b'"day":"2025-03', b'"day":"2024-03')
    forged = replace(bundle, entries=rechained(entries))
    verdict, first_bad, codes = judge.says(forged)
    before = max([0, *(size for size in bundle.sizes if size <= place)])

    assert (verdict, first_bad) == ("tampered", before)
    assert "root_differs" in codes


def test_what_is_cut_off_shows_by_what_somebody_else_holds(judge: Judge) -> None:
    made = made_bundle(3)
    cut = made.bundle.entries[: made.bundle.sizes[-1] - 5]
    bundle = replace(
        made.bundle,
        entries=cut,
        notes=made.bundle.notes[:-1],
        manifest=made.bundle.manifest | {"entries": len(cut), "sealed": made.bundle.sizes[-2]},
    )

    assert "log_cut" in judge.says(bundle, made.anchor)[2]


def test_another_key_than_was_told_is_not_believed(judge: Judge) -> None:
    bundle = made_bundle(0).bundle
    right = judge.verdict(bundle)["keys"][0]["fingerprint"]

    assert judge.verdict(bundle, key=right)["verdict"] == "sound"
    assert judge.verdict(bundle, key="0" * 64)["findings"][0]["code"] == "key_unexpected"
