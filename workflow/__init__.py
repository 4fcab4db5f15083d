"""rectify as a library: an engine on a store. Loads no database, scheduler, mail or CLI code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.loading import on_demand

if TYPE_CHECKING:
    from states.office import Person
    from workflow.engine.advancing import Order, Registration
    from workflow.engine.caution import Caution
    from workflow.engine.facade import Engine
    from workflow.engine.staffing import Enrolment
    from workflow.identity import Identity
    from workflow.memory import MemoryStore
    from workflow.opening import open_engine
    from workflow.proof.sealing.sweep import Sealing, seal

__all__ = [
    "Caution",
    "Engine",
    "Enrolment",
    "Identity",
    "MemoryStore",
    "Order",
    "Person",
    "Registration",
    "Sealing",
    "open_engine",
    "seal",
]

__getattr__ = on_demand(
    __name__,
    {
        "Caution": "workflow.engine.caution",
        "Engine": "workflow.engine.facade",
        "Enrolment": "workflow.engine.staffing",
        "Identity": "workflow.identity",
        "MemoryStore": "workflow.memory",
        "Order": "workflow.engine.advancing",
        "Person": "states.office",
        "Registration": "workflow.engine.advancing",
        "Sealing": "workflow.proof.sealing.sweep",
        "open_engine": "workflow.opening",
        "seal": "workflow.proof.sealing.sweep",
    },
)
