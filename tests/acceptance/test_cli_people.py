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
