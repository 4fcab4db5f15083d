"""The demonstration: one round of a fictional county, from its report to a replayed history."""

from __future__ import annotations

from pathlib import Path

from states.errors import Conflict, Message
from workflow.demo.material import lay_out
from workflow.demo.stage import N_, Runner, Stage, Voice
from workflow.demo.story import SCENES

__all__ = ["Voice", "run_demo"]

TRY = N_(
    "Now try this, in {folder}:\n"
    "  cd {folder}\n"
    "  rectify list                     the round; add --light red\n"
    "  rectify show 2                   basically completed: what remains, by whom, until when\n"
    "  rectify next 7                   what is possible, and what is missing for the rest\n"
    "  rectify --as wang advance 7 draft_plan\n"
    "  rectify due --within 30d         what is owed, counted from today\n"
    "  rectify due --explain 7          every date counted day by day\n"
    "  rectify preview --days 30        who will receive what, if nothing is done\n"
    "  rectify figures                  against the dates in force and the original ones\n"
    "  rectify replay --at 2025-06-30   the whole round as it stood that day\n"
    "  rectify due --as-of 2025-06-30   any question, as of any day\n"
    "  rectify log @office              who was made what, and when\n"
    "  rectify audit diff 2025-06-30 2025-07-31\n"
    "                                   what changed between two days, by whom, and why\n"
    "  rectify audit signs              what may be right on paper only, as questions\n"
    "  rectify outbox list              every notice and what became of it; mails are in mail/\n"
    "  replay.html                      in a browser: drag the slider, watch the round"
)


def run_demo(folder: Path, language: str, runner: Runner, voice: Voice) -> None:
    """Play the story in a new folder and leave it with the database and the mails.

    Raises ``Conflict`` if the folder is there already, ``Unexpected`` if a command ends otherwise
    than the story says.
    """
    if folder.exists():
        facts = {"folder": str(folder)}
        raise Conflict(
            Message("demo_there", "{folder} is already there; name another folder", facts)
        )
    lay_out(folder, language)
    stage = Stage(folder.absolute(), language, runner, voice)
    for scene in SCENES:
        scene(stage)
    notes = stage.said(TRY).format(folder=folder)
    (folder / "TRY-THIS.txt").write_text(notes + "\n", encoding="utf-8")
    voice.heading(
        stage.said(N_("{commands} commands, {mails} mails")).format(
            commands=stage.commands, mails=len(stage.mails())
        )
    )
    voice.quote(notes)
