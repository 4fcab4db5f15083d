"""The story: what is done on which day, by whom, and what a visitor should notice.

Every line that begins with ``stage.runs`` is a real command, which ends as the story says or the
demonstration stops. Texts are marked with ``N_`` for the message catalogs.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from workflow.demo.ending import audit, prove
from workflow.demo.material import ASSIGNMENTS, HERO, PEOPLE, REPORT, posts
from workflow.demo.stage import N_, Stage

REFUSED = 3


def import_report(stage: Stage) -> None:
    """The report becomes issues; its contradictions become questions."""
    stage.day("2025-05-26")
    stage.scene(N_("A report becomes issues"))
    stage.tell(
        N_(
            "The inspection office sets up a trial database, in which one account may play "
            "everybody (--as), and reads the report of the inspected bureau."
        )
    )
    stage.runs("init --trial --person li --name 李清源 --mail li@xcb.qingxi.example")
    stage.runs(f"people import {stage.folder / PEOPLE}")
    stage.runs(f"import {stage.folder / REPORT}")
    stage.tell(
        N_(
            "The report calls everything completed. It still begins at “reported”, and what "
            "contradicts itself is asked, never corrected."
        )
    )


def assign_people(stage: Stage) -> None:
    """Everybody is named; nothing can wait on nobody."""
    stage.day("2025-05-27")
    stage.scene(N_("Somebody answers for every issue"))
    stage.runs(f"assign --from {stage.folder / ASSIGNMENTS}")
    stage.runs("list")
    stage.tell(
        N_(
            "By when is the plan owed, and why on that day? Every date explains itself: the rule, "
            "its source, the calendar, and the days one by one, with the Dragon Boat Festival."
        )
    )
    stage.runs(f"due --explain {HERO}")


def let_go(stage: Stage) -> None:
    """Nobody gets a message before somebody has looked at what would go to whom."""
    stage.day("2025-05-27", hour=10)
    stage.scene(N_("Not a single mail before somebody has looked"))
    stage.quietly("tick")
    stage.tell(
        N_(
            "An import that is wrong must not write to the whole bureau. So everything that is "
            "owed on a new round waits, until somebody who supervises has seen what would go to "
            "whom, and lets it go; that stands in the log."
        )
    )
    stage.runs("outbox release --dry-run --person wang")
    stage.runs("outbox release R2025 --yes")
    stage.runs("tick")


def plan(stage: Stage) -> None:
    """A plan is refused, returned, and at last approved by somebody else."""
    stage.day("2025-05-28")
    stage.scene(N_("A plan, refused with every reason"))
    stage.tell(N_("Wang wants to file the plan of issue 4 as the report words it."))
    stage.runs(f"--as wang advance {HERO} draft_plan", expect=REFUSED)
    stage.tell(N_("The report named no dates, and none were invented. Wang sets them."))
    stage.runs(f"--as wang measure edit {HERO} 1 --due 2025-06-20")
    stage.runs(f"--as wang measure edit {HERO} 2 --due 2025-07-31")
    stage.runs(f"--as wang advance {HERO} draft_plan")
    _plan_the_others(stage)

    stage.day("2025-06-03")
    stage.scene(N_("The supervisor returns it, and nobody approves their own plan"))
    unclear = N_("measure 2 does not say how it will be checked")
    stage.runs(f"--as chen advance {HERO} return_plan --reason {stage.quoted(unclear)}")
    better = N_("Question the station's managers, and check every fire exit again each month")
    stage.runs(f"--as wang measure edit {HERO} 2 --text {stage.quoted(better)}")
    stage.runs(f"--as wang advance {HERO} draft_plan")
    stage.runs(f"--as wang advance {HERO} approve_plan", expect=REFUSED)
    stage.runs(f"--as chen advance {HERO} approve_plan")


def _plan_the_others(stage: Stage) -> None:
    """Other units of work go on meanwhile; issue 7 is forgotten, as one always is."""
    for number, post in posts(stage.folder).items():
        if number in (HERO, 7):
            continue
        for measure in range(1, _measures(number) + 1):
            due = f"2025-{6 + number % 3:02}-{10 + measure:02}"
            stage.quietly(f"--as {post.person} measure edit {number} {measure} --due {due}")
        stage.quietly(f"--as {post.person} advance {number} draft_plan")
        if number != 12:
            stage.quietly(f"--as li advance {number} approve_plan")


def _measures(number: int) -> int:
    return {2: 3, 7: 1, 12: 1}.get(number, 2)


def chase(stage: Stage) -> None:
    """Days pass; one message a day at most, letters, and after a downtime no backlog."""
    stage.day("2025-06-04")
    stage.scene(N_("The days pass, and nobody has to remember"))
    stage.tell(N_("Before anything is sent one can see who will receive what, if nothing is done:"))
    stage.runs("preview --days 7 --person wang")
    stage.tell(N_("Every morning rectify looks what is due. Here are twenty mornings at once."))
    before = len(stage.mails())
    for day in range(20):
        stage.day(str(date(2025, 6, 4) + timedelta(days=day)))
        stage.quietly("tick")
    stage.tell(
        N_(
            "{count} mails were written, on working days only, and to nobody two on one day. "
            "This is one of them:"
        ),
        count=len(stage.mails()) - before,
    )
    stage.show_mail(to="wang@")
    stage.runs("list --light red")
    stage.tell(
        N_(
            "Issue 7 was forgotten: it turned red. What goes red is a letter, numbered, kept "
            "as it was sent, and signed for."
        )
    )
    stage.runs("letter list 7")
    stage.runs("letter show 7-L1")
    stage.runs("--as tang ack 7-L1")


def extend(stage: Stage) -> None:
    """A later date is asked for in time and decided by somebody else; the first one stays."""
    stage.day("2025-06-24")
    stage.scene(N_("A later date, asked for in time"))
    why = N_("the station is being rebuilt until the end of July")
    so_far = N_("managers questioned, checklist in use at three exits of five")
    stage.runs(
        f"--as wang extend request {HERO} 2025-08-10 --measure 2 "
        f"--reason {stage.quoted(why)} --progress {stage.quoted(so_far)}"
    )
    stage.runs(f"--as wang extend approve {HERO}", expect=REFUSED)
    stage.runs(f"--as chen extend approve {HERO}")
    stage.tell(N_("The date that was set first stays on record; every figure is shown for both."))


def outage(stage: Stage) -> None:
    """After a downtime each obligation owes its latest reminder, not the backlog."""
    stage.day("2025-07-04")
    stage.quietly(f"db backup {stage.folder / 'july.db'}")
    stage.scene(N_("Ten days without power"))
    stage.tell(N_("Nothing ran for ten days. What was missed is owed once, not ten times."))
    stage.runs("tick")
    stage.tell(N_("The same again, by mistake, does nothing:"))
    stage.runs("tick")


def complete(stage: Stage) -> None:
    """Completed is what is proven, not what is said."""
    _finish_the_others(stage)
    stage.day("2025-07-14")
    stage.scene(N_("Completed is what is proven"))
    stage.runs(f"--as wang advance {HERO} submit_completion", expect=REFUSED)
    for measure in (1, 2):
        proof = _proof(stage.folder, HERO, measure)
        stage.runs(f"--as wang evidence add {HERO} {proof} --measure {measure}")
        stage.runs(f"--as wang measure done {HERO} {measure}")
    stage.runs(f"--as wang advance {HERO} submit_completion")
    late = N_("the photographs of 3 July show one exit still blocked")
    stage.runs(f"--as chen advance {HERO} return_completion --reason {stage.quoted(late)}")

    stage.day("2025-07-21")
    stage.quietly(f"--as wang evidence add {HERO} {_proof(stage.folder, HERO, 3)} --measure 2")
    stage.scene(N_("Accepted, with a duty that goes on"))
    stage.runs(f"--as wang advance {HERO} submit_completion")
    stage.runs(f"--as chen advance {HERO} accept", expect=REFUSED)
    duty = N_("Check every fire exit before each holiday")
    stage.runs(f"--as chen advance {HERO} accept --duty {stage.quoted(duty)} --when 法定节假日前")


def _proof(folder: Path, number: int, part: int) -> Path:
    """Write a small file that proves something, and return where it is."""
    path = folder / "proofs" / f"{number}-{part}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"清溪县交通运输局 检查记录 {number}-{part}\n", encoding="utf-8")
    return path


def _finish_the_others(stage: Stage) -> None:
    """Some are accepted, one is basically completed, some wait for the supervisor or are late."""
    stage.day("2025-07-10")
    remains = N_("two patrol vehicles are still to be delivered")
    for number in (1, 3, 5, 8, 10):
        person = posts(stage.folder)[number].person
        for measure in range(1, _measures(number) + 1):
            proof = _proof(stage.folder, number, measure)
            stage.quietly(f"--as {person} evidence add {number} {proof} --measure {measure}")
            stage.quietly(f"--as {person} measure done {number} {measure}")
        stage.quietly(f"--as {person} advance {number} submit_completion")
    proof = _proof(stage.folder, 2, 1)
    stage.quietly(f"--as wang evidence add 2 {proof} --measure 1")
    stage.quietly("--as wang measure done 2 1")
    stage.quietly(
        "--as wang advance 2 submit_completion --verdict basically_completed "
        f"--remains {stage.quoted(remains)} --by wang --until 2025-09-30"
    )
    single = N_("a single case, put right for good")
    for number in (3, 5):
        stage.quietly(f"--as li advance {number} accept --no-duties {stage.quoted(single)}")
    monthly = N_("Study together every month")
    stage.quietly(f"--as li advance 1 accept --duty {stage.quoted(monthly)} --when 每月")


def rebound(stage: Stage) -> None:
    """What was struck off comes back as a new cycle; history is not touched."""
    for day in ("2025-08-13", "2025-08-20", "2025-08-21"):
        stage.day(day)
        stage.quietly("tick")
    stage.day("2025-10-13")
    stage.scene(N_("Three months later: a rebound"))
    reason = N_("two fire exits are blocked again")
    basis = N_("look-back visit of 11 October, record no. 7")
    stage.runs(
        f"--as chen advance {HERO} reopen "
        f"--reason {stage.quoted(reason)} --basis {stage.quoted(basis)}"
    )
    stage.quietly("tick")
    stage.runs(f"show {HERO}")


SCENES = (
    import_report,
    assign_people,
    let_go,
    plan,
    chase,
    extend,
    outage,
    complete,
    rebound,
    audit,
    prove,
)
