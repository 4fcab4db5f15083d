"""Accounts, time zones and mail addresses, and everything wrong with them said at once."""

from __future__ import annotations

import os

from states.office import Person
from tests.terminal import UNIT, Terminal, written
from workflow import Enrolment, Identity, open_engine
from workflow.storage import open_store

# ------------------------------------------------------------------------------- accounts


def test_an_account_that_is_taken_is_unbound_first(moving: Terminal):
    moving.does("people", "bind", "wang", "os:4711")
    taken = moving("people", "bind", "sun", "os:4711")
    assert taken.code == 3
    assert "rectify people unbind" in taken.err
    assert "os:4711" in moving.does("people", "unbind", "os:4711").out
    moving.does("people", "bind", "sun", "os:4711")
    accounts = {
        p["id"]: p["accounts"] for p in moving.does("people", "list", "--json").json["people"]
    }
    assert (accounts["wang"], accounts["sun"]) == ([], ["os:4711"])
    assert moving("people", "unbind", "os:4712").code == 3


# --------------------------------------------------------------- zones and mail addresses


def test_a_person_has_a_time_zone_of_their_own(office: Terminal):
    office.does("people", "edit", "wang", "--zone", "Asia/Urumqi")
    zones = {p["id"]: p["zone"] for p in office.does("people", "list", "--json").json["people"]}
    assert (zones["wang"], zones["he"]) == ("Asia/Urumqi", "")
    assert "Asia/Urumqi" in office.does("people", "list").out
    office.does("people", "edit", "wang", "--zone", "")
    assert office.does("people", "list", "--json").json["people"][-1]["zone"] == ""


FAULTS = [
    "nothing@ is no mail address",
    "there is no time zone Mars/Olympus (such as Asia/Urumqi)",
]


def test_everything_wrong_with_a_person_is_said_at_once(office: Terminal):
    entries = office.entries()
    wrong = ("--mail", "nothing@", "--zone", "Mars/Olympus")
    added = office("people", "add", "a b", *wrong, "--role", "boss")
    assert added.code == 7
    assert added.err.splitlines() == [
        "a b is no short name: 1 to 40 signs without spaces or commas",
        *FAULTS,
        "there is no role boss (responsible, leader, principal, supervisor, auditor)",
        "a role needs a unit; * means every unit (boss)",
        "Faults: 5; nothing was changed.",
    ]
    edited = office("people", "edit", "wang", *wrong)
    assert (edited.code, edited.err.splitlines()[:-1]) == (7, FAULTS)
    for id in ("-", "*", "@clock", ""):
        assert office("people", "add", id).code == 7, id
    assert office.entries() == entries


def test_everything_wrong_with_a_file_of_people_is_said_with_its_line(office: Terminal):
    entries = office.entries()
    rows = [
        "id,name,mail,zone,roles",
        "sun,孙晓梅,nothing@,Mars/Olympus,",
        "qian,钱进,qian@qingxi.example,Asia/Shanghai,boss",
        "a b,无名,,,",
    ]
    path = written(office.folder, "people.csv", "\n".join(rows))
    refused = office("people", "import", path)
    assert refused.code == 7
    assert refused.err.splitlines() == [
        *(f"people.csv:2: {fault}" for fault in FAULTS),
        "people.csv:3: there is no role boss (responsible, leader, principal, supervisor, auditor)",
        "people.csv:3: a role needs a unit; * means every unit (boss)",
        "people.csv:4: a b is no short name: 1 to 40 signs without spaces or commas",
        "Faults: 5; nothing was changed.",
    ]
    assert office.entries() == entries


def test_an_address_entered_before_does_not_keep_a_person_from_being_changed(office: Terminal):
    store = open_store(office.database)
    engine = open_engine(store, clock=lambda: office.at)
    former = Person(id="wang", name="王海涛", unit=UNIT, addresses={"mail": "former"})
    engine.enrol([Enrolment(person=former)], Identity(account=f"os:{os.getuid()}", auth="trial"))

    office.does("people", "edit", "wang", "--title", "科长")
    assert office("people", "edit", "wang", "--mail", "former").code == 7


def test_an_office_is_not_set_up_with_a_faulty_address(terminal: Terminal):
    refused = terminal("init", "--trial", "--person", "li li", "--mail", "nothing@")
    assert refused.code == 7
    assert "Faults: 2" in refused.err
    terminal.does("init", "--trial", "--person", "li")


# ------------------------------------------------------------------- addresses by channel


def addresses(office: Terminal, id: str = "wang") -> dict[str, str]:
    found: dict[str, str] = office.does("people", "show", id, "--json").json["addresses"]
    return found


def test_a_person_has_an_address_on_each_channel(office: Terminal):
    office.does(
        "people", "edit", "wang", "--address", "dingtalk=wang_ht", "--address", "企业微信=WangHT"
    )
    assert addresses(office) == {
        "mail": "wang@qingxi.example", "dingtalk": "wang_ht", "wecom": "WangHT",
    }  # fmt: skip
    office.does("people", "edit", "wang", "--address", "dingtalk=", "--mail", "")
    assert addresses(office) == {"wecom": "WangHT"}
    office.does("people", "add", "sun", "--address", "mail=sun@qingxi.example")
    assert addresses(office, "sun") == {"mail": "sun@qingxi.example"}


def test_each_address_is_judged_by_its_channel(office: Terminal):
    entries = office.entries()
    wrong = ("--address", "dingtalk=a b", "--address", "feishu=oc_group", "--mail", "nothing@")
    refused = office("people", "edit", "wang", *wrong)
    assert refused.code == 7
    assert refused.err.splitlines() == [
        "nothing@ is no mail address",
        "a b is no address for DingTalk work notification",
        "oc_group is no address for Feishu app message",
        "Faults: 3; nothing was changed.",
    ]
    assert office.entries() == entries
    unknown = office("people", "edit", "wang", "--address", "pigeon=wang")
    assert unknown.code == 2
    assert "dingtalk_robot" in unknown.err
    assert office("people", "edit", "wang", "--address", "wang").code == 2


def test_it_is_shown_by_which_channel_a_person_is_reached(office: Terminal):
    written(
        office.folder,
        "config.toml",
        '[notices]\nchannels = ["wecom", "mail"]\n[wecom]\ncorp = "ww1"\nagent = 7\n',
    )
    office.does("people", "edit", "wang", "--address", "wecom=WangHT", "--address", "feishu=ou_1")
    listing = office.does("people", "list")
    assert "wecom=WangHT, wang@qingxi.example" in listing.out
    everybody = {p["id"]: p for p in office.does("people", "list", "--json").json["people"]}
    assert everybody["wang"]["reached_by"] == ["wecom", "mail"]
    assert everybody["he"]["reached_by"] == []
    page = office.does("people", "show", "wang").out.splitlines()
    used, unused = (next(line for line in page if text in line) for text in ("WangHT", "ou_1"))
    assert "messages go here" in used
    assert "not configured" in unused
    assert "no message can be sent" in office.does("people", "show", "he").out
    assert office("people", "show", "nobody").code == 4


def test_a_file_may_have_a_column_for_each_channel(office: Terminal):
    path = written(
        office.folder, "people.csv", "编号,姓名,邮箱,钉钉,企业微信\nwang,王海涛,,wang_ht,\n"
    )
    office.does("people", "import", path)
    # Of mail and WeCom the file says nothing at all: what is known of them stays.
    assert addresses(office) == {"mail": "wang@qingxi.example", "dingtalk": "wang_ht"}
    assert "1 as they were" in office.does("people", "import", path).out
    faulty = written(office.folder, "people.csv", "id,dingtalk,feishu\nwang,a b,oc_1\n")
    refused = office("people", "import", faulty)
    assert refused.code == 7
    assert "people.csv:2: a b is no address for DingTalk work notification" in refused.err
    assert "people.csv:2: oc_1 is no address for Feishu app message" in refused.err
