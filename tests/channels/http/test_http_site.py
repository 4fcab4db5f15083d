"""The settings of a messenger's site: nothing goes unprotected by mistake."""

from __future__ import annotations

import pytest

from notifications.channels.site import Site
from states.errors import Invalid


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({"base": "http://oapi.example"}, ["site_unprotected"]),
        ({"base": "oapi.example"}, ["site_base"]),
        ({"base": "ftp://oapi.example"}, ["site_base"]),
        ({"base": "https://"}, ["site_base"]),
        ({"base": "https://user:pw@oapi.example"}, ["site_base"]),
        ({"base": "https://oapi.example?x=1"}, ["site_base"]),
        ({"base": "https://oapi.example#x"}, ["site_base"]),
        ({"base": "https://oapi.example:99999"}, ["site_base"]),
        ({"base": "https://oapi.example\r\nX: y"}, ["site_base"]),
        ({"proxy": "https://proxy:3128"}, ["site_proxy"]),
        ({"proxy": "http://user:pw@proxy:3128"}, ["site_proxy"]),
        ({"proxy": "http://proxy:3128/path"}, ["site_proxy"]),
        ({"timeout": 0}, ["server_timeout"]),
        ({"timeout": 16, "base": "x"}, ["site_base", "server_timeout"]),
    ],
)
def test_what_would_expose_a_token_is_refused(settings, codes):
    with pytest.raises(Invalid) as caught:
        Site(**{"section": "dingtalk", "base": "https://oapi.example", **settings})

    assert [problem.code for problem in caught.value.problems] == codes
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "base", ["https://oapi.dingtalk.com", "http://localhost:8080", "http://[::1]/x"]
)
def test_a_protected_site_and_one_on_this_machine_are_taken(base):
    assert Site(section="dingtalk", base=base).base == base
