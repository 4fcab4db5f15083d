"""The texts in messengers: nobody's wording mentions, links or formats, and no two are alike."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifications.channels.chatting import escape, fitted, in_bytes
from notifications.channels.site import Site
from notifications.delivery.protocol import Channel, Rate
from notifications.samples.trying import sample_facts
from tests.letters import a_job
from tests.messengers import (
    DINGTALK,
    DINGTALK_ROBOT,
    FEISHU,
    FEISHU_ROBOT,
    VENDORS,
    WECOM,
    WECOM_ROBOT,
    Vendor,
)

HOSTILE = (
    *("@all", "@所有人", "<at id=all></at>", '<at user_id="all">所有人</at>', "<@all>", "<@li>"),
    *("@13800138000", "＠all", "&lt;at id=all&gt;", "&#60;@all&#62;", "<at\u200bid=all>"),
    *("[点此](https://evil.example)", "![x](https://evil.example/x.png)", "https://evil.example"),
    *("<a href='https://evil.example'>x</a>", "<img src=x>", "<font color=red>", "</font>", "<!--"),
    *("```\ncode\n```", "`x`", "**x**", "__x__", "~~x~~", "# x", "> x", "- x", "---", "| a | b |"),
    *(
        "\\",
        "\\@all",
        ":OK:",
        "$urlVal",
        "[x]($urlVal)",
        "x\u202ey",
        "x\x00y",
        "x\r\n@all",
        "\ud800",
    ),
    *('"}}', "{{ 7 * 7 }}", "{% raw %}", "</text_tag>", "<script>", "№ 0123456789"),
)
texts = st.lists(
    st.sampled_from(HOSTILE) | st.text(max_size=8) | st.sampled_from(["整改", " ", "\n", "x"]),
    max_size=5,
).map("".join)


@cache
def channel(vendor: Vendor) -> Channel:
    """A channel that only writes: its templates are compiled once for all examples."""
    return vendor.make(Site(section=vendor.name, base="http://localhost"))


def written(vendor: Vendor, **changes: Any) -> str:
    """Return the Markdown of a message."""
    said = json.loads(channel(vendor).compose(vendor.unwritten(**changes)))
    if vendor is FEISHU:
        said = {"card": json.loads(said["content"])}
    if vendor in (FEISHU, FEISHU_ROBOT):
        (element,) = said["card"]["body"]["elements"]
        return str(element["content"])
    markdown = said.get("msg", said)["markdown"]
    return str(markdown["text"] if "text" in markdown else markdown["content"])


# --- escaping -------------------------------------------------------------------------------------


@given(text=texts)
@settings(max_examples=1000)
def test_an_escaped_text_begins_no_mark_in_any_messenger(text):
    safe = escape(text)

    assert not set("*_`~#<>[]|\\$") & set(safe)
    assert not [sign for sign in safe if unicodedata.category(sign) in ("Cf", "Cs")]
    assert not [sign for sign in safe if unicodedata.category(sign) == "Cc" and sign != "\n"]
    assert not re.search(r"&[#A-Za-z]|[A-Za-z0-9]://|:[A-Za-z0-9_+-]+:", safe)
    assert not re.search(r"^\s*[-+=]", safe, re.MULTILINE)
    for found in re.finditer("@", safe):  # what is left of these stands in a mail address
        assert re.search(r"[A-Za-z0-9._+-]\Z", safe[: found.start()])
        assert re.match(r"@[A-Za-z0-9-]+\.[A-Za-z0-9]", safe[found.start() :])
    assert escape(safe) == safe


@given(
    text=st.text(st.characters(categories=["L", "N"]) | st.sampled_from(" ，。、（）“”《》%/-."))
)
def test_what_people_write_stays_as_it_is(text):
    said = f"关于{text}"
    assert escape(said) == said


def test_an_address_and_an_issue_can_still_be_read():
    assert escape("YX2023-7：联系 chen.jing@yunxi.gov.cn，8:30") == (
        "YX2023-7：联系 chen.jing@yunxi.gov.cn，8:30"
    )
    assert escape("A&B, P&L <x>") == "A＆B, P＆L ＜x＞"


@given(hostile=texts, name=texts)
@settings(max_examples=120)
@example(hostile="<at id=all></at>@所有人<@all>", name="<@all>")
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_message_mentions_whom_it_is_for_and_nobody_else(vendor, hostile, name):
    facts = {
        **sample_facts("reminder"),
        "title": hostile,
        "subject": hostile,
        "work": hostile,
        "unit": name,
        "recipient": name,
        "holders": [name],
        "contacts": [name, hostile],
    }
    text = written(vendor, facts=facts)

    tags = [tag for tag in re.findall(r"<[^>]*>?", text) if not _ours(tag)]
    ats = re.sub(r"[A-Za-z0-9._+-]@[A-Za-z0-9-]+\.[A-Za-z0-9]", "", text).count("@")
    expected = {
        WECOM_ROBOT: (["<@wang>"], 1),
        FEISHU_ROBOT: (["<at id=wang>", "</at>"], 0),
        DINGTALK_ROBOT: ([], 1),
    }
    assert (tags, ats) == expected.get(vendor, ([], 0)), text
    assert "](" not in text
    assert "`" not in text
    assert "://" not in text


def _ours(tag: str) -> bool:
    return re.fullmatch(r"<font color=[\"']?[a-z]+[\"']?>|</font>", tag) is not None


@given(hostile=texts)
@settings(max_examples=100)
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_hostile_text_is_sent_as_json_that_has_our_fields_alone(vendor, hostile):
    plain = json.loads(channel(vendor).compose(vendor.unwritten()))
    facts = {**sample_facts("reminder"), "title": hostile, "recipient": hostile}
    said = json.loads(channel(vendor).compose(vendor.unwritten(facts=facts)))

    assert _shape(said) == _shape(plain)
    for name in ("at", "touser", "receive_id", "userid_list", "agentid", "uuid", "msg_type"):
        assert said.get(name) == plain.get(name)


def _shape(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _shape(value) for name, value in said.items()}
    return [_shape(item) for item in said] if isinstance(said, list) else type(said)


# --- no two alike ---------------------------------------------------------------------------------

TEMPLATES = ("reminder", "letter", "step", "digest", "undelivered", "stopped", "test")


@given(
    days=st.lists(st.integers(0, 400), min_size=2, max_size=4),
    template=st.sampled_from(TEMPLATES),
    language=st.sampled_from(["zh", "en"]),
    seed=st.integers(0, 10**6),
    doubts=st.integers(0, 2),
)
@settings(max_examples=150)
def test_identical_daily_texts_never_occur(days, template, language, seed, doubts):
    # The same facts, several times, also on one day and in one minute: each is a notice of its own.
    notices = [
        {
            "message_id": f"{seed * 7919 + number:x}".rjust(8, "0").ljust(40, "0"),
            "created_at": datetime.fromisoformat("2026-01-05T01:00:00+00:00") + timedelta(days=day),
            "template": template,
            "facts": sample_facts(template),
            "language": language,
        }
        for number, day in enumerate(days)
    ]
    for vendor in (DINGTALK, WECOM):
        said = [written(vendor, **notice, doubts=count)
                for notice in notices for count in range(doubts + 1)]  # fmt: skip
        assert len(set(said)) == len(said)


def test_identical_texts_do_not_occur_with_templates_of_ones_own_either(tmp_path: Path):
    (tmp_path / "reminder.chat.j2").write_text("每日提醒", encoding="utf-8")
    from notifications.channels.dingtalk import AppKeys, DingTalk
    from notifications.channels.secrets import Secret

    keys = AppKeys(key="k", secret=Secret("canary"), agent=1)
    own = DingTalk(keys, Site(section="dingtalk", base="http://localhost"), tmp_path)
    said = {own.compose(DINGTALK.unwritten(message_id=f"{n:010d}" * 4)) for n in range(5)}

    assert len(said) == 5
    assert all("每日提醒" in message.decode() for message in said)


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reminder_says_issue_occurrence_and_the_time_to_the_minute(vendor, language):
    facts = {**sample_facts("reminder"), "nth": 3, "at": "2026-11-30T09:05"}
    text = written(vendor, facts=facts, language=language)

    assert "YX2023-7" in text
    assert "09:05" in text
    assert re.search(r"第 ?3 ?次|Reminder 3", text), text


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_copy_says_that_it_may_be_one(vendor):
    first, copy = (
        re.sub(r"№ \S+", "№", written(vendor, doubts=doubts, language="en")) for doubts in (0, 1)
    )
    assert "copy" in copy
    assert "copy" not in first
    assert copy.endswith(first.removeprefix("<@wang>\n"))


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["zh", "en", "fr"])
def test_every_notice_can_be_written_and_is_written_the_same_again(vendor, template, language):
    job = vendor.unwritten(template=template, facts=sample_facts(template), language=language)

    message = channel(vendor).compose(job)

    assert message == channel(vendor).compose(job)
    assert len(message) < 20_000


# --- length ---------------------------------------------------------------------------------------


@given(
    text=st.text(st.sampled_from("长ab\n<>fontcolr=*🔴"), max_size=400),
    limit=st.integers(140, 500),
    measure=st.sampled_from([len, in_bytes]),
)
def test_a_text_is_never_longer_than_it_may_be(
    text: str, limit: int, measure: Callable[[str], int]
):
    job = a_job(language="en")
    whole = fitted(text, job, measure, 10**6)
    cut = fitted(text, job, measure, limit)

    assert measure(cut) <= limit
    assert (cut == whole) == (measure(whole) <= limit)
    assert cut.endswith("№ 0123456789")
    if cut != whole:
        assert "cut short" in cut


# --- how often ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vendor", "limits"),
    [
        (DINGTALK_ROBOT, {60: 20}),
        (WECOM_ROBOT, {60: 20}),
        (FEISHU_ROBOT, {60: 100, 1: 5}),
        (FEISHU, {60: 1000, 1: 50}),
        (DINGTALK, {60: 1500}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_full_bucket_that_is_filled_again_never_exceeds_what_the_vendor_allows(vendor, limits):
    rate = channel(vendor).traits.rate
    assert isinstance(rate, Rate)
    for seconds, most in limits.items():
        refilled = rate.burst * seconds / rate.per.total_seconds()
        assert rate.burst + refilled <= most
