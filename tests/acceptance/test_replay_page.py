"""The replay page in a real browser: the slider against ``replay``, a byte edited, keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browsing import opened_page, running_browser, verdict_of
from tests.edited_pages import EDITS, sizes_in
from tests.terminal import Answer, Terminal, in_full_swing, with_issues

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e<b>\u2028标题"


class Moving(Terminal):
    """A terminal whose clock goes on a little with every command."""

    def __call__(self, *arguments: object) -> Answer:
        self.at += timedelta(minutes=3)
        return super().__call__(*arguments)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def round(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A round with something of everything, sealed three times, with a tail that is not."""
    terminal = with_issues(Moving(tmp_path_factory.mktemp("round")))
    terminal.does("audit", "seal")
    in_full_swing(terminal)
    terminal.does("audit", "seal")
    terminal.later(3)
    terminal.does("advance", 12, "reopen", "--reason", HOSTILE, "--basis", "回头看")
    terminal.later(1)
    terminal.does("suspend", 7, "--reason", "涉诉")
    terminal.later(20)
    terminal.does("resume", 7)
    terminal.does("void", 6, "--reason", "重复")
    terminal.does("audit", "seal")
    terminal.does("note", 5, HOSTILE)
    return terminal


@pytest.fixture(scope="module")
def file(round: Terminal) -> Path:
    """The page of the round."""
    path = round.folder / "round.html"
    round.does("audit", "page", path, "--people")
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with opened_page(browser, file, viewport={"width": 1280, "height": 900}) as page:
        verdict_of(page)
        yield page


def _instants(terminal: Terminal) -> list[str]:
    """Instants at which something was written, in any stream."""
    keys = [line["key"] for line in terminal.does("replay", "--json").json]
    logs = [terminal.log(key) for key in ["@office", *keys]]
    return sorted({entry["at"] for log in logs for entry in log})


def test_the_page_is_sound_and_says_by_which_seal(page: Page, round: Terminal) -> None:
    verdict = verdict_of(page)

    assert (verdict["verdict"], verdict["findings"]) == ("sound", [])
    assert verdict["entries"] == round.entries()
    assert verdict["unsealed"] == 1
    assert page.locator("body").get_attribute("data-verdict") == "sound"
    assert (
        f"{verdict['sealed']}:{verdict['seal']['root'][:16]}" in page.locator("#seal").inner_text()
    )
    assert verdict["keys"][-1]["fingerprint"] in round.does("audit", "key", "show", "--json").out


def test_the_slider_shows_at_each_moment_what_replay_rebuilds(page: Page, round: Terminal) -> None:
    instants = _instants(round)
    assert len(instants) > 15
    for at in instants:
        then = round.does("replay", "--at", at, "--json").json
        shown = page.evaluate("at => window.rectify.at(at)", at)
        assert _by_key(shown, "light") == _by_key(then, "at"), at


def _by_key(lines: list[dict[str, Any]], but: str) -> dict[str, dict[str, Any]]:
    return {line["key"]: {k: v for k, v in line.items() if k != but} for line in lines}


def test_its_lights_are_those_of_the_list(page: Page, round: Terminal) -> None:
    page.evaluate("window.rectify.at('9999')")
    shown = {line["key"]: line["light"] for line in page.evaluate("window.rectify.state()")}
    day = page.locator("#day").get_attribute("datetime")
    lines = round.does("list", "--json").json

    assert day is not None
    assert day.startswith(f"{round.at.astimezone(UTC):%Y-%m-%d}")
    for line in lines:
        assert shown[line["key"]] == line["light"], line["key"]


def test_the_cards_stand_in_the_columns_of_their_states(page: Page) -> None:
    states = {line["key"]: line["state"] for line in page.evaluate("window.rectify.state()")}
    columns = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.card')].map(card =>"
        " [card.dataset.key, card.closest('.column').dataset.state]))"
    )

    assert columns == states


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_turns_red_and_names_the_first_bad_index(
    browser: Browser, file: Path, tmp_path: Path, edit: str
) -> None:
    forged = tmp_path / "forged.html"
    text = file.read_text(encoding="utf-8")
    forged.write_text(EDITS[edit](text), encoding="utf-8")
    sizes = sizes_in(text)
    with opened_page(browser, forged) as page:
        verdict = verdict_of(page)
        badge = page.locator("#verdict-word").inner_text()
        tone = page.locator(".badge").evaluate("element => getComputedStyle(element).color")
        page.evaluate("window.rectify.at('9999')")
        unproven = page.locator("#unproven").is_visible()
        marked = page.locator("#findings .first [data-index]").first.get_attribute("data-index")

    assert verdict["verdict"] == "tampered"
    assert badge == "Tampered with"
    assert tone == "rgb(179, 38, 30)"
    assert unproven
    assert marked == str(verdict["first_bad"])
    # Where it shows: in the line itself, at the next of its stream, or at the seal below it.
    firsts = {"entry": {30}, "quote": {30}, "checkpoint": {sizes[0]}, "line": {*sizes, 30}}
    assert verdict["first_bad"] in firsts[edit]


def test_a_page_whose_program_was_edited_judges_nothing(
    browser: Browser, file: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.html"
    text = file.read_text(encoding="utf-8")
    forged.write_text(text.replace('push("chain_broken")', "length"), encoding="utf-8")
    with browser.new_context() as window:
        page = window.new_page()
        page.goto(forged.as_uri())

        assert page.evaluate("typeof window.rectify") == "undefined"
        assert page.locator("body").get_attribute("data-verdict") == "open"
        assert "not judged" in page.locator("#verdict-word").inner_text()


def test_the_keyboard_alone_moves_through_time(page: Page) -> None:
    def place() -> int:
        return int(page.locator("#slider").input_value())

    page.keyboard.press("End")
    last = place()
    page.keyboard.press("ArrowLeft")
    assert place() == last - 1
    page.keyboard.press("PageDown")
    assert place() < last - 1
    page.keyboard.press("Home")
    assert place() == 0
    page.keyboard.press("ArrowRight")
    assert place() == 1
    page.keyboard.press("Space")
    while place() <= 1:
        page.wait_for_timeout(10)
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("aria-pressed") == "false"


def test_a_card_opens_its_whole_story_from_the_keyboard(page: Page) -> None:
    page.keyboard.press("End")
    card = page.locator(".card").first
    card.focus()
    page.keyboard.press("Enter")
    story = page.locator("#story")

    assert story.is_visible()
    assert "register" in story.inner_text()
    page.keyboard.press("Escape")
    assert not story.is_visible()


def test_what_people_wrote_stays_text(page: Page) -> None:
    page.keyboard.press("End")

    assert page.locator("img").count() == 0
    assert HOSTILE.replace("\u2028", "") in page.locator("#act").inner_text().replace("\u2028", "")


def test_it_speaks_both_languages(page: Page) -> None:
    columns = page.locator(".column h2")
    page.click("[data-language=zh]")
    chinese = columns.all_inner_texts()
    word = page.locator("#verdict-word").inner_text()
    page.click("[data-language=en]")
    english = columns.all_inner_texts()

    assert word == "未见改动"
    assert page.locator("#verdict-word").inner_text() == "Sound"
    assert [re.sub(r"\W|\d", "", text) for text in chinese] == [
        "已反馈", "已拟方案", "整改中", "已完成", "长期坚持",
    ]  # fmt: skip
    assert all(text.isascii() for text in english)


def test_an_anchor_from_outside_is_compared(page: Page) -> None:
    seal = verdict_of(page)["seal"]
    page.locator("#own summary").click()
    for text, grade in (
        (f"封存 {seal['size']}:{seal['root'][:16]}", "good"),
        (f"{seal['size']}:{'0' * 16}", "bad"),
        (f"{seal['size'] + 100}:{seal['root'][:16]}", "bad"),
        ("nothing of ours", "bad"),
    ):
        page.fill("#anchor", text)
        page.click("#compare button")
        page.locator(f"#compared.{grade}:not(:empty)").wait_for()
        page.evaluate("document.getElementById('compared').className = ''")


def test_it_can_be_printed(browser: Browser, page: Page) -> None:
    printed = page.pdf(format="A4")

    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.locator("#verdict-word").is_visible()
    assert page.locator("#figures").is_visible()
    assert page.locator(".card").first.is_visible()
    assert not page.locator("#slider").is_visible()
    assert not page.locator(".buttons").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, file: Path, width: int) -> None:
    with opened_page(browser, file, viewport={"width": width, "height": 844}) as page:
        verdict_of(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_begins_where_it_was_asked_to(browser: Browser, round: Terminal) -> None:
    path = round.folder / "then.html"
    round.does("audit", "page", path, "--as-of", "2025-06-07", "--round", "R2025")
    with opened_page(browser, path) as page:
        verdict_of(page)
        shown = page.locator("#day").get_attribute("datetime")
        people = page.locator("#act .who").inner_text()

    assert shown is not None
    assert datetime.fromisoformat(shown) <= datetime(2025, 6, 7, 16, tzinfo=UTC)
    assert people in ("li", "wang", "the clock")  # names only where they were asked for


def test_the_page_of_a_bundle_is_that_of_its_log(
    browser: Browser, round: Terminal, file: Path
) -> None:
    bundle, path = round.folder / "round.zip", round.folder / "bundle.html"
    round.does("audit", "bundle", bundle)
    round.does("audit", "page", path, "--bundle", bundle)
    with opened_page(browser, path) as page, opened_page(browser, file) as other:
        verdict, beside = verdict_of(page), verdict_of(other)
        states = page.evaluate("window.rectify.state()")
        expected = other.evaluate("window.rectify.state()")

    assert verdict == beside
    assert states == expected


def test_it_writes_over_nothing(round: Terminal, file: Path) -> None:
    before = file.read_bytes()
    answer = round("audit", "page", file)

    assert answer.code != 0
    assert str(file) in answer.err
    assert file.read_bytes() == before


def test_it_refuses_a_round_that_is_not_there(round: Terminal) -> None:
    answer = round("audit", "page", round.folder / "no.html", "--round", "R1999")

    assert answer.code != 0
    assert "R2025" in answer.err
    assert not (round.folder / "no.html").exists()
