"""The auditor's functions: rebuild an issue from its entries, and prove a stream of the log.

``replay`` is the fold that the engine itself uses; there is no second implementation to drift.
``verify`` decides every entry again: what was written must be what the rules of then still yield.
"""

from __future__ import annotations

from states.audit.checks import Record
from states.audit.offices import Offices
from states.audit.replaying import replay, replay_office, rungs_due
from states.audit.verifying import Proven, prove_office, prove_streams, verify

__all__ = [
    "Offices",
    "Proven",
    "Record",
    "prove_office",
    "prove_streams",
    "replay",
    "replay_office",
    "rungs_due",
    "verify",
]
