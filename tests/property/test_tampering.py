"""The tampering campaign on a few logs: every kind of forgery comes out as it is declared.

``python -m tests.tampering`` runs it on a thousand.
"""

from __future__ import annotations

import pytest

from tests.tampering.campaign import KINDS, Count, of_seeds

SEEDS = (41, 10)


@pytest.fixture(scope="module")
def counts() -> dict[str, Count]:
    return of_seeds(SEEDS)


def test_there_are_many_kinds_and_each_is_tried(counts: dict[str, Count]) -> None:
    assert len(KINDS) == len({kind.name for kind in KINDS}) > 100
    assert [name for name, count in counts.items() if not count.made] == []


def test_with_an_anchor_every_change_of_what_was_sealed_is_found_in_its_place(
    counts: dict[str, Count],
) -> None:
    covered = [counts[kind.name] for kind in KINDS if kind.anchored]
    assert [c.kind for c in covered if c.anchored < c.made] == []
    assert [c.kind for c in covered if c.right < c.made] == []


def test_every_kind_comes_out_as_it_is_declared(counts: dict[str, Count]) -> None:
    assert [fault for count in counts.values() for fault in count.wrong] == []


def test_without_an_anchor_only_who_holds_the_key_can_rewrite_the_log() -> None:
    unseen = {kind.name for kind in KINDS if kind.anchored and kind.alone is False}
    assert {name for name in unseen if not name.endswith("_stolen")} == {
        "keys_replaced",
        "office_refounded",
        "suite_downgraded",
        "cut_back",
    }
