"""A browser for tests of pages: the one that the machine has, driven without a window.

Where there is none, tests that need one are skipped and say so, unless ``RECTIFY_BROWSER`` is
``required``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Without a sandbox, because tests may run as root, where Chromium refuses one.
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def browser_path() -> str:
    """Return where the machine's browser is; skip the test if there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("RECTIFY_BROWSER") == "required":
        pytest.fail(f"no browser on this machine: none of {', '.join(NAMES)}")
    if found is None:
        pytest.skip("no browser on this machine, and RECTIFY_BROWSER does not require one")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run a browser."""
    from playwright.sync_api import sync_playwright

    path = browser_path()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: Browser, path: Path, **context: Any) -> Iterator[Page]:
    """Open a page from a file; it must neither fail nor ask anything of anybody."""
    with browser.new_context(**context) as window:
        page = window.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text))
        page.goto(path.as_uri())
        yield page
        assert asked == [path.as_uri()]
        assert wrong == []


def verdict_of(page: Page) -> dict[str, Any]:
    """Return what the page judges itself to be."""
    verdict: dict[str, Any] = page.evaluate("window.rectify.verdict")
    return verdict
