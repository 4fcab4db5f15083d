"""``audit anchor``: where copies of a seal go, and what the doctor says of these places."""

from __future__ import annotations

import shutil

import pytest

from tests.terminal import Terminal
from tests.witnesses import add, anchored, compared, with_anchors


@pytest.fixture
def kept(terminal: Terminal) -> Terminal:
    return with_anchors(terminal, 'git = "anchors.git"')


def test_an_anchor_goes_to_every_place_and_is_printed(kept: Terminal):
    answer = kept.does("audit", "anchor")
    record = kept.does("audit", "anchor", "--json").json

    assert answer.out == record["note"]
    assert [(p["place"], p["status"]) for p in record["places"]] == [
        ("folder", "there"),
        ("git", "there"),
        ("mail", "there"),
    ]
    assert record["unsealed"] == 0
    name = f"{record['size']}-{record['root'][:16]}.note"
    for place in ("anchors", "anchors.git"):
        assert (kept.folder / place / name).read_text() == record["note"]
    kept.does("tick")
    (mail,) = (kept.folder / "mail").glob("*.eml")
    assert compared(kept, mail)["sound"]


def test_with_no_place_configured_the_note_is_printed_all_the_same(office: Terminal):
    answer = office.does("audit", "anchor", "--qr")

    assert answer.out.startswith("rectify/")
    assert "▀" in answer.out
    assert max(map(len, answer.out.splitlines()[8:])) <= 80
    assert "[anchor]" in answer.err


def test_the_page_to_be_printed_loads_nothing_and_holds_the_note(office: Terminal):
    office.language = "zh"
    record = office.does("audit", "anchor", "--print", "sheet.html", "--json").json
    page = (office.folder / "sheet.html").read_text(encoding="utf-8")

    assert record["short"] in page
    assert "<svg" in page
    assert "src=" not in page
    assert "href=" not in page
    assert compared(office, "sheet.html")["sound"]


def test_a_file_that_was_changed_in_the_folder_is_an_alarm(kept: Terminal):
    record = anchored(kept)
    path = kept.folder / "anchors" / f"{record['size']}-{record['root'][:16]}.note"
    path.chmod(0o644)
    path.write_text("nothing to see here")

    answer = kept("audit", "anchor")

    assert answer.code == 6
    assert "ALARM" in answer.err
    assert path.read_text() == "nothing to see here"
    assert "anchor_altered" in kept("audit", "anchor", "--json").out


def test_the_daemons_sweep_anchors_once_in_so_many_hours(kept: Terminal):
    first = kept.does("tick", "--json").json["anchored"]
    add(kept, "zhao")
    again = kept.does("tick", "--json").json["anchored"]
    kept.later(1)
    tomorrow = kept.does("tick", "--json").json["anchored"]

    assert [found["anchored"] for found in (first, again, tomorrow)] == [3, 0, 3]
    assert len(list((kept.folder / "anchors").iterdir())) == 2


def test_without_a_key_on_this_machine_what_is_sealed_is_anchored(kept: Terminal):
    before = anchored(kept)
    (kept.folder / "seal.key").rename(kept.folder / "elsewhere")
    add(kept, "zhao")

    after = anchored(kept)

    assert (after["size"], after["unsealed"]) == (before["size"], 1)


# --- the doctor --------------------------------------------------------------------------------


def found_by_doctor(terminal: Terminal) -> set[str]:
    return {finding["code"] for finding in terminal("doctor", "--json").json["findings"]}


def test_the_doctor_sees_that_nobody_keeps_a_copy(office: Terminal):
    assert "no_anchors" not in found_by_doctor(office)  # nothing is sealed yet
    office.does("audit", "seal")
    assert "no_anchors" in found_by_doctor(office)


def test_the_doctor_sees_places_that_refuse_contradict_or_were_forgotten(kept: Terminal):
    kept.does("tick")
    healthy = found_by_doctor(kept)
    kept.later(3)
    late = found_by_doctor(kept)
    (kept.folder / "anchors" / "999999-0123456789abcdef.note").write_text("x")
    (kept.folder / "anchors.git" / "999999-0123456789abcdef.note").write_text("x")
    ahead = found_by_doctor(kept)
    shutil.rmtree(kept.folder / "anchors")
    (kept.folder / "anchors").write_text("a file")

    assert not {code for code in healthy if "anchor" in code}
    assert {code for code in late if "anchor" in code} == {"anchor_old"}
    assert "anchor_ahead" in ahead
    assert "anchor_place_closed" in found_by_doctor(kept)
