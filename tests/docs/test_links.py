"""Every link within the project leads somewhere."""

from __future__ import annotations

import pytest

from tests.docs.pages import ROOT, anchors, links, name_of, pages, text_of


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_link_leads_somewhere(page):
    astray = []
    for path, anchor in links(text_of(page)):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or not target.is_relative_to(ROOT):
            astray.append(path)
        elif anchor and anchor not in anchors(text_of(target)):
            astray.append(f"{path}#{anchor}")

    assert astray == []


def test_every_page_of_the_documentation_is_linked_from_another():
    linked = {
        (page.parent / path).resolve()
        for page in pages()
        for path, _ in links(text_of(page))
        if path
    }

    assert [name_of(p) for p in pages() if p not in linked and p.name != "README.md"] == []


def test_a_link_that_leads_nowhere_would_be_found():
    page = "[a](b.md#c) `[no](link.md)`\n```\n[no](link.md)\n```\n[d](https://example.org)"

    assert ("b.md", "c") in links(page)
    assert "first-round" in anchors("# First round\n```\n# no heading\n```\n")
