"""The table of commands: their headings, their places, and a line of help each."""

from __future__ import annotations

import click

from workflow.cli.language import N_
from workflow.cli.speaking import Group, Option, Place, general_options

_HELP = N_(
    "Rectification of inspection findings: a report becomes tracked issues, people answer for "
    "them, deadlines are chased, supervisors decide, and the log proves itself.\n\n"
    "An ISSUE is named by its key, such as R2022-13; a bare number does where there is only one "
    "round. Every command explains itself: rectify COMMAND --help.\n\n"
    "Exit codes: 0 done, 1 unexpected, 2 usage, 3 refused, 4 not found, 5 conflict, "
    "6 verification or doctor found problems, 7 configuration, schema or input."
)

_SECTIONS = {
    N_("To begin"): {
        "demo": Place(
            "workflow.cli.operating.demonstrating:demo",
            N_("Show the whole process on a sample report."),
        ),
        "init": Place(
            "workflow.cli.operating.setup:init", N_("Set up a database and its first supervisor.")
        ),
        "import": Place(
            "workflow.cli.issues.importing:import_report",
            N_("Read a feedback report and register its issues."),
        ),
        "people": Place(
            "workflow.cli.people.people:people", N_("Who is who, and who may do what.")
        ),
    },
    N_("Daily work"): {
        "list": Place(
            "workflow.cli.issues.listing:list_issues", N_("The issues, each with its light.")
        ),
        "show": Place(
            "workflow.cli.issues.showing:show", N_("One issue with everything about it.")
        ),
        "next": Place(
            "workflow.cli.issues.choosing:next_events", N_("What may be done, what is missing.")
        ),
        "classify": Place(
            "workflow.cli.deadlines.suspending:classify",
            N_("Of which type an issue is; kept up or not."),
        ),
        "assign": Place(
            "workflow.cli.issues.assigning:assign", N_("Name leader, department and person.")
        ),
        "measure": Place(
            "workflow.cli.issues.measures:measure", N_("Add, edit, finish, drop measures.")
        ),
        "evidence": Place(
            "workflow.cli.issues.evidence:evidence", N_("Attach files that prove something.")
        ),
        "advance": Place("workflow.cli.issues.advancing:advance", N_("Take an event of an issue.")),
        "note": Place("workflow.cli.issues.advancing:note", N_("Write a note into the log.")),
        "void": Place("workflow.cli.issues.advancing:void", N_("Void a mistaken registration.")),
    },
    N_("Deadlines"): {
        "due": Place(
            "workflow.cli.deadlines.dues:due",
            N_("What is owed, by whom, until when; --explain counts it."),
        ),
        "extend": Place(
            "workflow.cli.deadlines.extending:extend", N_("Ask for a later date, and decide.")
        ),
        "change-due": Place(
            "workflow.cli.issues.advancing:change_due", N_("Give an issue another date.")
        ),
        "set-term": Place(
            "workflow.cli.deadlines.suspending:set_term",
            N_("Give one issue another term than the rule's."),
        ),
        "suspend": Place(
            "workflow.cli.deadlines.suspending:suspend", N_("Stop the clock of an issue.")
        ),
        "resume": Place("workflow.cli.deadlines.suspending:resume", N_("Let it run again.")),
        "figures": Place(
            "workflow.cli.deadlines.figuring:figures", N_("What each round and unit has achieved.")
        ),
    },
    N_("After completion"): {
        "duty": Place(
            "workflow.cli.completion.duties:duty", N_("What is to be done again and again.")
        ),
        "look-back": Place(
            "workflow.cli.completion.looking_back:look_back",
            N_("Whether what was struck off holds."),
        ),
        "decline-reopening": Place(
            "workflow.cli.completion.looking_back:decline_reopening",
            N_("Say why an issue stays closed."),
        ),
    },
    N_("Reminders and letters"): {
        "alarms": Place("workflow.cli.reminders.alarming:alarms", N_("What waits on nobody.")),
        "preview": Place(
            "workflow.cli.reminders.previewing:preview", N_("Who will be told what, and when.")
        ),
        "tick": Place(
            "workflow.cli.operating.ticking:tick", N_("Owe what is due and deliver it, once.")
        ),
        "run": Place(
            "workflow.cli.operating.daemon:run", N_("The same again and again, as a daemon.")
        ),
        "doctor": Place(
            "workflow.cli.operating.doctor:doctor", N_("What is wrong, and what to do.")
        ),
        "outbox": Place(
            "workflow.cli.outbox.outbox:outbox", N_("The notices, and what became of them.")
        ),
        "letter": Place(
            "workflow.cli.reminders.lettering:letter", N_("The letters issued, and their text.")
        ),
        "ack": Place("workflow.cli.reminders.lettering:ack", N_("Sign for a letter.")),
    },
    N_("Proof"): {
        "log": Place(
            "workflow.cli.history.log:log", N_("Every entry of an issue or of the office.")
        ),
        "replay": Place(
            "workflow.cli.history.replaying:replay",
            N_("How things stood, or what happened, as a story."),
        ),
        "verify": Place(
            "workflow.cli.audit.verifying:verify", N_("Prove the log and all that rests on it.")
        ),
        "audit": Place("workflow.cli.audit.auditing:audit", N_("What an auditor asks.")),
    },
    N_("Administration"): {
        "handover": Place(
            "workflow.cli.people.handing:handover", N_("Move all that somebody holds.")
        ),
        "held": Place("workflow.cli.people.handing:held", N_("What somebody holds.")),
        "process": Place(
            "workflow.cli.rules.processes:process", N_("The process: show, check, adopt.")
        ),
        "calendar": Place(
            "workflow.cli.rules.calendars:calendar",
            N_("The working days: show, check, import, adopt."),
        ),
        "db": Place("workflow.cli.operating.setup:db", N_("The database and its schema.")),
        "whoami": Place(
            "workflow.cli.people.granting:whoami", N_("Who you are here, and your roles.")
        ),
    },
}

rectify = Group(
    "rectify",
    help=_HELP,
    sections=_SECTIONS,
    params=general_options(everywhere=False),
)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    from workflow.cli.terminal.screen import out

    out("rectify ", version("rectification"))
    ctx.exit()


rectify.params.append(
    Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help=N_("Show the version and exit."),
    )
)
