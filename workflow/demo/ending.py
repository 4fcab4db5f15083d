"""How the story ends: the auditor, who trusts nobody, and a stranger, who does not even know us."""

from __future__ import annotations

from pathlib import Path

from workflow.demo.material import HERO
from workflow.demo.stage import N_, Stage


def audit(stage: Stage) -> None:
    """The auditor replays and proves; a byte changed in a copy of the file is found."""
    stage.day("2025-11-03")
    stage.scene(N_("The auditor trusts nobody"))
    stage.runs(f"--as zhao log {HERO}")
    stage.tell(N_("How did issue 4 stand on 30 June, whatever happened since?"))
    stage.runs(f"--as zhao replay {HERO} --at 2025-06-30")
    stage.runs("verify")
    stage.tell(
        N_(
            "Somebody who can write the file changes, in a copy of it, who returned the plan on "
            "3 June, past every trigger:"
        )
    )
    stage.tamper("tampered.db", event="return_plan", was="chen", becomes="wang")
    stage.runs(f"--db {stage.folder / 'tampered.db'} verify", expect=6)
    stage.runs("audit duties")


def prove(stage: Stage) -> None:
    """What a stranger needs: seals that others hold, a bundle, a page that judges itself."""
    stage.day("2025-11-03", hour=14)
    stage.scene(N_("A stranger believes neither us nor the owner of the database"))
    stage.tell(
        N_(
            "Somebody puts back the copy of 4 July, and all that happened since is forgotten. "
            "Nothing in that copy is wrong. But every mail that went out carries the seal of its "
            "day in its foot, and the mails lie with those who received them:"
        )
    )
    stage.runs(f"--db {stage.folder / 'july.db'} verify")
    stage.runs(f"--db {stage.folder / 'july.db'} audit compare-anchors {_witness(stage)}", expect=6)
    stage.tell(
        N_(
            "The auditor takes everything home in one file, with a verifier inside that needs "
            "nothing but Python and can be read in an hour, and a page in which the round can be "
            "watched day by day. Both say so if a single byte was changed."
        )
    )
    stage.runs(f"audit bundle {stage.folder / 'round.zip'}")
    stage.runs(f"audit check {stage.folder / 'round.zip'} --anchor {_witness(stage)}")
    stage.runs(f"audit page {stage.folder / 'replay.html'} --people")


def _witness(stage: Stage) -> Path:
    """Return the newest mail: whoever received it holds the seal that stood then."""
    return stage.mails()[-1]
