"""Who stands at the desk: an account, and the person it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.attempt import Actor
from states.errors import Denied, Message, NotFound
from states.frozen import Struct

if TYPE_CHECKING:
    from states.office import Office


class Identity(Struct, frozen=True, kw_only=True):
    """Who stands at the desk: an account, and how far it is proven (``auth``).

    ``acting_as`` is a person id and only counts in a trial office, where one account may play
    several people; ``on_behalf_of`` names the cadre that this person records for.
    """

    account: str
    auth: str
    acting_as: str | None = None
    on_behalf_of: str | None = None

    def actor(self, office: Office) -> Actor:
        """Return the person who acts. Raises ``Denied`` or ``NotFound``."""
        if self.acting_as is not None and not office.trial:
            raise Denied(
                Message(
                    "not_trial",
                    "--as is only accepted by a trial database; here you are who your account is",
                )
            )
        person = self.acting_as or office.accounts.get(self.account)
        if person is None:
            raise Denied(
                Message(
                    "account_unknown",
                    "the account {account} belongs to nobody here (rectify people bind)",
                    {"account": self.account},
                )
            )
        for named in (person, self.on_behalf_of):
            if named is not None and named not in office.members:
                raise _no_person(named)
        auth = "trial" if office.trial else self.auth
        return Actor(person=person, account=self.account, auth=auth, on_behalf_of=self.on_behalf_of)


def _no_person(person: str) -> NotFound:
    return NotFound(
        Message(
            "no_person", "there is no person {person} (rectify people list)", {"person": person}
        )
    )
