"""Acts on people: who is a member, which roles and accounts they hold, who has left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from states.acts.act import PERSON, Act, Facts, both, day, known, there
from states.attempt import SUPERVISOR
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import EVERYWHERE, Grant, Member, Office


def _member(facts: Facts) -> Member:
    return Member(
        id=facts["person"],
        unit=facts.get("unit", ""),
        department=facts.get("department", ""),
        language=facts.get("language", "zh"),
        zone=facts.get("zone", ""),
        commitment=facts["commitment"],
    )


def _found(office: Office, facts: Facts) -> Office:
    person = facts["person"]
    return replace(
        office,
        trial=facts["trial"],
        process=facts["process"],
        calendar=facts.get("calendar", ""),
        members={person: _member(facts)},
        grants=(Grant(person=person, role=SUPERVISOR, unit=EVERYWHERE),),
        accounts={facts["account"]: person},
    )


def _put_person(office: Office, facts: Facts) -> Office:
    before = office.members.get(facts["person"])
    member = _member(facts)
    if before is not None:
        member = replace(member, left_on=before.left_on, successor=before.successor)
    return replace(office, members={**office.members, member.id: member})


def _grant(facts: Facts) -> Grant:
    return Grant(person=facts["person"], role=facts["role"], unit=facts["unit"])


def _granted(office: Office, facts: Facts) -> Office:
    return replace(office, grants=tuple(sorted({*office.grants, _grant(facts)})))


def _revoked(office: Office, facts: Facts) -> Office:
    return replace(office, grants=tuple(g for g in office.grants if g != _grant(facts)))


def _bound(office: Office, facts: Facts) -> Office:
    return replace(office, accounts={**office.accounts, facts["account"]: facts["person"]})


def _unbound(office: Office, facts: Facts) -> Office:
    kept = {account: p for account, p in office.accounts.items() if account != facts["account"]}
    return replace(office, accounts=kept)


def _left(office: Office, facts: Facts) -> Office:
    """Take accounts and delegations from who leaves; their roles rest until they are handed over.

    What they answer for stays theirs: who was responsible then and who is now are both on record.
    """
    person = facts["person"]
    member = replace(
        office.members[person], left_on=day(facts["on"]), successor=facts.get("successor")
    )
    return replace(
        office,
        members={**office.members, person: member},
        accounts={account: p for account, p in office.accounts.items() if p != person},
        delegations=tuple(
            replace(d, ended=True) if person in (d.principal, d.recorder) else d
            for d in office.delegations
        ),
    )


def _rejoined(office: Office, facts: Facts) -> Office:
    member = replace(office.members[facts["person"]], left_on=None, successor=None)
    return replace(office, members={**office.members, member.id: member})


def _handed_over(office: Office, facts: Facts) -> Office:
    """Give the roles of one person to another, and end what others may record for the former.

    Who keeps the roles keeps those who record for them, too.
    """
    giver, taker = facts["from_person"], facts["to_person"]
    given = {replace(g, person=taker) for g in office.grants if g.person == giver}
    if facts.get("keep_roles"):
        return replace(office, grants=tuple(sorted({*office.grants, *given})))
    kept = {g for g in office.grants if g.person != giver}
    return replace(
        office,
        grants=tuple(sorted(kept | given)),
        delegations=tuple(
            replace(d, ended=True) if d.principal == giver else d for d in office.delegations
        ),
    )


def _governing(office: Office) -> list[str]:
    """Return the supervisors of every unit who can act: in a trial any account acts as anybody."""
    bound = set(office.accounts.values())
    return [p for p in office.holders(SUPERVISOR, EVERYWHERE) if office.trial or p in bound]


def _governed_after(before: Office, after: Office, person: str) -> list[Unmet]:
    """Refuse to leave the office without anybody who supervises every unit and can act."""
    if _governing(after) or not _governing(before):
        return []
    if not after.holders(SUPERVISOR, EVERYWHERE):
        return [
            Unmet(
                "last_supervisor",
                "{person} is the last supervisor of every unit: without one nobody could act here",
                {"person": person},
            )
        ]
    return [
        Unmet(
            "last_account",
            "no other supervisor of every unit has an account: without {person} nobody could act "
            "here (rectify people bind)",
            {"person": person},
        )
    ]


def _new_person(office: Office, facts: Facts, today: date) -> list[Unmet]:
    person = facts.get("person", "")
    if person in office.members:
        return [Unmet("person_exists", "{person} is already known", {"person": person}, "person")]
    return []


def _revocable(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if not facts.keys() >= {"person", "role", "unit"}:
        return []
    grant = _grant(facts)
    if grant not in office.grants:
        return [Unmet("grant_unknown", "{person} does not hold {role} for {unit}", dict(facts))]
    return _governed_after(office, _revoked(office, facts), grant.person)


def _free_account(office: Office, facts: Facts, today: date) -> list[Unmet]:
    owner = office.accounts.get(facts.get("account", ""))
    if owner is None or owner == facts.get("person"):
        return []
    return [
        Unmet(
            "account_taken",
            "the account {account} belongs to {person}; unbind it first (rectify people unbind)",
            {"account": facts["account"], "person": owner},
            "account",
        )
    ]


def _may_unbind(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if "account" not in facts:
        return []
    account = facts["account"]
    if account in office.accounts:
        return _governed_after(office, _unbound(office, facts), office.accounts[account])
    return [
        Unmet(
            "account_free",
            "the account {account} belongs to nobody",
            {"account": account},
            "account",
        )
    ]


def _may_leave(office: Office, facts: Facts, today: date) -> list[Unmet]:
    person = facts.get("person", "")
    unmet = _another(facts, "successor", person)
    if facts.get("on", "") > today.isoformat():
        unmet.append(Unmet("in_future", "the day {on} has not come yet", {"on": facts["on"]}, "on"))
    if person in office.members and "on" in facts:
        unmet += _governed_after(office, _left(office, facts), person)
    return unmet


def _another(facts: Facts, name: str, leaver: str) -> list[Unmet]:
    if facts.get(name) == leaver:
        return [Unmet("same_person", "nobody takes over from themselves", {}, name)]
    return []


def _may_take_over(office: Office, facts: Facts, today: date) -> list[Unmet]:
    giver, taker = facts.get("from_person", ""), facts.get("to_person", "")
    unmet = _another(facts, "to_person", giver)
    if giver in office.members and taker in office.members:
        unmet += _governed_after(office, _handed_over(office, facts), giver)
    return unmet


def _has_left(office: Office, facts: Facts, today: date) -> list[Unmet]:
    person = facts.get("person", "")
    if person not in office.members or office.has_left(person):
        return []
    return [Unmet("not_left", "{person} has not left", {"person": person}, "person")]


_MEMBER = (
    PERSON,
    Fact("unit", "text"),
    Fact("department", "text"),
    Fact("language", "text"),
    Fact("zone", "text"),
    Fact("commitment", "sha256", required=True),
)
_GRANT = (PERSON, Fact("role", "role", required=True), Fact("unit", "text", required=True))
_ACCOUNT = Fact("account", "text", required=True)
_FOUNDING = (
    *_MEMBER,
    _ACCOUNT,
    Fact("process", "sha256", required=True),
    Fact("calendar", "sha256"),
    Fact("trial", "flag", required=True),
)
_LEAVING = (PERSON, Fact("on", "day"), Fact("successor", "person"))
_HANDING = (
    Fact("from_person", "person", required=True),
    Fact("to_person", "person", required=True),
    Fact("reason", "text", required=True),
    Fact("keep_roles", "flag"),
)

ON_PEOPLE: Mapping[str, Act] = {
    "found_office": Act(_FOUNDING, _found),
    "add_person": Act(_MEMBER, _put_person, _new_person),
    "edit_person": Act(_MEMBER, _put_person, known("person")),
    "grant_role": Act(_GRANT, _granted, there("person")),
    "revoke_role": Act(_GRANT, _revoked, _revocable),
    "bind_account": Act((PERSON, _ACCOUNT), _bound, both(there("person"), _free_account)),
    "unbind_account": Act((_ACCOUNT,), _unbound, _may_unbind),
    "leave": Act(_LEAVING, _left, both(there("person", "successor"), _may_leave), today=("on",)),
    "rejoin": Act((PERSON,), _rejoined, both(known("person"), _has_left)),
    "hand_over": Act(
        _HANDING,
        _handed_over,
        both(known("from_person"), there("to_person"), _may_take_over),
    ),
}
