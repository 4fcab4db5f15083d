"""The page as a file: what is in it, what can be in it, and what never gets out of its place."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.bundling import made_bundle
from workflow.proof.page import builder
from workflow.proof.page.builder import page_of
from workflow.proof.page.extras import Extras, Told
from workflow.proof.page.recounting import lights_over

FOLDER = Path(builder.__file__).parent
BLOCK = re.compile(
    r'<script type="application/json" data-sort="member" data-name="([^"]+)">\n(.*?)\n?</script>',
    re.DOTALL,
)
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\u2028\u2029\ufeff<!--&\0\r\x7f"


def members_in(page: str) -> list[tuple[str, bytes]]:
    """Take the members out of a page again, as its program does."""
    found = []
    for name, body in BLOCK.findall(page):
        pieces = [json.loads(line) for line in body.split("\n") if line]
        if len(pieces) == 1 and isinstance(pieces[0], dict):
            found.append((name, base64.b64decode(pieces[0]["base64"])))
        else:
            found.append((name, "".join(pieces).encode()))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_is_put_in_is_in_it_to_the_byte(seed: int) -> None:
    members = dict(made_bundle(seed).bundle.members())
    kept = {name: body for name, body in members.items() if not name.startswith("evidence/")}

    assert dict(members_in(page_of(members, Extras()))) == kept


def test_bytes_that_are_no_text_are_in_it_too() -> None:
    members = {"entries.jsonl": b'{"a":"\xff"}\n', "keys.txt": HOSTILE.encode()}

    assert dict(members_in(page_of(members, Extras()))) == members


def test_a_member_that_stands_twice_stands_twice() -> None:
    members = [("keys.txt", b"a\n"), ("keys.txt", b"b\n")]

    assert members_in(page_of(members, Extras())) == members


def test_nothing_ends_its_block_or_hides_its_order() -> None:
    told = Told(
        issue=HOSTILE, recipient=HOSTILE, channel="mail", template=HOSTILE,
        at=HOSTILE, day=HOSTILE, status=HOSTILE, cause=HOSTILE,
    )  # fmt: skip
    members = {"letters/a.txt": HOSTILE.encode(), f'letters/"><b>{HOSTILE}': b"b"}
    plain = page_of({}, Extras())
    page = page_of(members, Extras(notices=[told], round=HOSTILE, zone=HOSTILE))

    assert page.count("</script") == plain.count("</script") + len(members)
    assert page.count("<img") == page.count("<b>") == page.count("<!--") == 0
    assert not re.search("[\u0000\r\u007f\u2028\u2029\u202e\ufeff]", page)


def test_it_lets_in_nothing_but_its_own_style_and_program() -> None:
    page = page_of({}, Extras())
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    style = page.split("<style>")[1].split("</style>")[0]
    script = page.split("<script>")[1].split("</script>")[0]

    assert policy == [
        f"default-src 'none'; style-src '{_hashed(style)}'; script-src '{_hashed(script)}'; "
        "base-uri 'none'; form-action 'none'"
    ]
    assert not re.search(r"\b(src|href|url|action)\s*[=(]", page.split("<script>")[0])
    assert not re.search(r"https?://", page.replace("http://www.w3.org/2000/svg", ""))


def _hashed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def test_it_never_makes_anything_but_text_of_a_text() -> None:
    for file in FOLDER.glob("*.js"):
        script = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script)
        assert not re.search(r"\beval\b|new Function|\bfetch\b|XMLHttpRequest|import\(", script)


def test_it_says_the_same_in_both_languages() -> None:
    texts = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))
    only_english = {name for name in texts["en"] if name.endswith("_one")}
    holes = re.compile(r"\{\w+\}")

    assert texts["en"].keys() - only_english == texts["zh"].keys()
    for name, chinese in texts["zh"].items():
        assert set(holes.findall(chinese)) == set(holes.findall(texts["en"][name])), name


def test_every_text_that_it_asks_for_is_there() -> None:
    words = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))["en"]
    scripts = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.js"))
    asked = set(re.findall(r'\b(?:t|counted)\("([\w.]+)"', scripts))
    asked |= set(re.findall(r'data-(?:text|label)="(\w+)"', _template()))

    assert asked - words.keys() == set()


def test_it_has_words_for_every_finding_of_the_format() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "bundle-format.md"
    rules = re.findall(r"^\| [ECKAPM]\d+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    codes = {code for rule in rules for code in re.findall(r"`([a-z]+_[a-z]+)`", rule)}
    words = json.loads((FOLDER / "texts.json").read_text(encoding="utf-8"))["en"]
    others = {"made_at", "adopt_key", "adopt_recovery", "found_office"}
    others.add("bundle_unreadable")  # no zip file, no page

    assert {code for code in codes - others if f"finding.{code}" not in words} == set()


def _template() -> str:
    return (FOLDER / "page.html").read_text(encoding="utf-8")


def test_its_programs_are_short_enough_to_be_read() -> None:
    for file in [*FOLDER.glob("*.js"), *FOLDER.glob("*.css")]:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file.name


@pytest.mark.parametrize("seed", range(3))
def test_lights_are_worked_out_even_of_a_forged_log(seed: int) -> None:
    members = dict(made_bundle(seed).bundle.members())
    lights = lights_over(members)
    lines = members["entries.jsonl"].split(b"\n")
    lines[15] = b'{"stream":"x"}'
    lines[16] = b"\xff"

    assert lights
    assert all(relights == sorted(relights) for relights in map(list, lights.values()))
    assert lights_over(members | {"entries.jsonl": b"\n".join(lines)})
