"""The stand-alone verifier on checkpoints, keys and anchors: rules K, A and P."""

from __future__ import annotations

import pytest

from states.frozen import replace
from tests.alone import (
    changed,
    codes,
    found,
    judged,
    two_keys,
    with_note,
)
from tests.bundling import (
    checkpoint_text,
    made_bundle,
    rechained,
    resealed,
    roots,
    size_of,
)
from workflow.proof import rectify_verify as alone

SEED = 1
MADE = made_bundle(SEED)
BUNDLE = MADE.bundle
LAST = len(BUNDLE.entries) - 1
ISSUES = [i for i in range(LAST + 1) if BUNDLE.content(i)["stream"] != "@office"]
ONE = ISSUES[len(ISSUES) // 2]


@pytest.mark.parametrize("change", [("suite sha256", "suite md5"), ("— ", "- "), ("\n\n", "\n")])
def test_a_checkpoint_that_is_none_is_set_aside(change: tuple[str, str]):
    note = BUNDLE.notes[1]

    assert codes(with_note(BUNDLE, 1, note.replace(*change))) == {
        "checkpoint_unreadable": BUNDLE.sizes[0]
    }


def test_checkpoints_out_of_order_of_another_log_or_twice_are_found():
    one, two, *rest = BUNDLE.notes
    first = BUNDLE.sizes[0]

    assert codes(replace(BUNDLE, notes=(two, one, *rest))) == {
        "checkpoint_unreadable": BUNDLE.sizes[1]
    }
    assert codes(replace(BUNDLE, notes=(one, one, two, *rest))) == {"checkpoint_unreadable": first}
    foreign = one.replace(BUNDLE.origin, "rectify/0123456789abcdef")
    assert codes(replace(BUNDLE, notes=(one, foreign, two, *rest))) == {
        "checkpoint_unreadable": first
    }


def test_a_checkpoint_that_was_edited_is_signed_by_nobody():
    size = BUNDLE.sizes[1]
    moved = BUNDLE.notes[1].replace(f"\n{size}\n", f"\n{size - 1}\n")
    verdict = judged(with_note(BUNDLE, 1, moved))

    assert found(verdict) == {
        "signature_wrong": BUNDLE.sizes[0],
        "root_differs": BUNDLE.sizes[0],
    }
    assert "signature_wrong" not in found(judged(with_note(BUNDLE, 1, moved), "--no-signatures"))


def test_a_checkpoint_by_a_key_that_is_not_in_force_is_wrong():
    made = two_keys()
    old = made.log.signers[0]
    late = next(
        n
        for n, size in enumerate(made.bundle.sizes)
        if n and made.bundle.sizes[n - 1] > made.log.adopted[1]
    )
    text = made.bundle.notes[late].split("\n\n")[0] + "\n"

    bundle = with_note(made.bundle, late, old.signs(text, made.bundle.origin))
    assert codes(bundle) == {"signature_wrong": made.bundle.sizes[late - 1]}


def test_a_log_that_was_cut_behind_its_seal_is_found():
    cut = BUNDLE.sizes[-1] - 1
    bundle = replace(BUNDLE, entries=BUNDLE.entries[:cut])

    assert codes(bundle)["log_cut"] == cut
    honest = replace(bundle, manifest=bundle.manifest | {"entries": cut})
    assert codes(honest) == {"log_cut": cut}


def test_checkpoints_that_are_missing_at_the_end_are_found():
    bundle = replace(BUNDLE, notes=BUNDLE.notes[:-1])

    assert codes(bundle) == {"sealed_differs": BUNDLE.sizes[-2]}
    assert codes(replace(BUNDLE, notes=())) == {"sealed_differs": 0}


def test_an_unsealed_tail_may_be_cut_and_this_is_told_by_the_manifest_alone():
    made = next(
        m for m in map(made_bundle, range(40)) if m.bundle.sizes[-1] < len(m.bundle.entries)
    )
    cut = replace(made.bundle, entries=made.bundle.entries[:-1])

    verdict = judged(cut)
    assert (verdict["verdict"], found(verdict)) == (
        "incomplete",
        {"entries_missing": len(cut.entries)},
    )
    assert judged(made.bundle)["unsealed"] == len(made.bundle.entries) - made.bundle.sizes[-1]


def test_the_suite_is_one_for_the_whole_log():
    origin, entries_ = BUNDLE.origin, BUNDLE.entries
    tree = roots(entries_, "sm3")
    notes = [
        signer.signs(
            checkpoint_text(origin, size, tree[size], f"2027-01-0{n + 1}T00:00:00.000000Z", "sm3"),
            origin,
        )
        for n, (size, signer) in enumerate(zip(BUNDLE.sizes, MADE.signers, strict=True))
    ]

    assert judged(replace(BUNDLE, notes=tuple(notes)))["verdict"] == "sound"
    mixed = codes(with_note(BUNDLE, 1, notes[1]))
    assert mixed == {"checkpoint_unreadable": BUNDLE.sizes[0]}


def test_a_machine_without_the_hash_function_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alone, "hash_named", lambda suite: None)
    verdict = judged(BUNDLE, anchors=[MADE.anchor])

    assert (verdict["verdict"], found(verdict)) == ("incomplete", {"suite_unknown": 0})


def test_who_holds_the_key_can_rewrite_all_but_an_anchor():
    edited = changed(BUNDLE, ISSUES[3], lambda content: content["facts"].update(note="never said"))
    rewritten = resealed(MADE, replace(edited, entries=rechained(edited.entries)))

    assert judged(rewritten)["verdict"] == "sound"
    verdict = judged(rewritten, anchors=BUNDLE.notes)
    kept = max((size for size in BUNDLE.sizes if size <= ISSUES[3]), default=0)
    assert (verdict["verdict"], found(verdict)) == ("tampered", {"anchor_differs": kept})
    short = f"{size_of(MADE.anchor)}:{roots(BUNDLE.entries)[size_of(MADE.anchor)].hex()[:16]}"
    assert codes(rewritten, anchors=[short]) == {"anchor_differs": 0}
    assert judged(BUNDLE, anchors=[short])["verdict"] == "sound"


def test_an_anchor_beyond_the_log_shows_that_it_was_cut():
    cut = BUNDLE.sizes[-2]
    older = replace(
        BUNDLE,
        entries=BUNDLE.entries[:cut],
        notes=BUNDLE.notes[:-1],
        manifest=BUNDLE.manifest | {"entries": cut, "sealed": cut},
        keys=tuple(key for key, at in zip(BUNDLE.keys, MADE.log.adopted, strict=True) if at < cut),
    )

    assert judged(older)["verdict"] in ("sound", "tampered")
    assert codes(older, anchors=[MADE.anchor])["log_cut"] == cut


def test_an_anchor_signed_by_a_stranger_is_forged():
    text = MADE.anchor.split("\n\n")[0] + "\n"
    stranger = made_bundle(SEED + 1).log.signers[0]

    forged = stranger.signs(text, BUNDLE.origin)
    assert "anchor_forged" in codes(BUNDLE, anchors=[forged])
    unsigned = stranger.signs(text, "somebody.example/else")
    assert judged(BUNDLE, anchors=[unsigned])["verdict"] == "sound"


def test_an_anchor_of_another_log_differs():
    other = made_bundle(SEED + 1).bundle
    size = min(other.sizes)

    assert codes(BUNDLE, anchors=[other.notes[0]])["anchor_differs"] == 0
    assert size <= len(BUNDLE.entries)


def test_the_first_key_is_compared_with_the_fingerprint_told():
    assert found(judged(BUNDLE, "--key", "0" * 64)) == {"key_unexpected": 0}


def test_of_two_anchors_of_one_size_the_right_one_does_not_vouch_for_the_other():
    short = f"{size_of(MADE.anchor)}:{'0' * 16}"

    for anchors in ([MADE.anchor, short], [short, MADE.anchor]):
        assert codes(BUNDLE, anchors=anchors) == {"anchor_differs": 0}
    both = [BUNDLE.notes[0], MADE.anchor, short]
    assert codes(BUNDLE, anchors=both) == {"anchor_differs": BUNDLE.sizes[0]}
