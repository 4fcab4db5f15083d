"""What is refused says so with every reason, ends with its code, and changes nothing."""

from __future__ import annotations

import inspect

import pytest

from notifications.delivery.protocol import AddressError, RenderError
from states import errors
from states.errors import Invalid, Message, Problem, RectificationError, Refused
from tests.terminal import Terminal, planned
from workflow.cli import exits
from workflow.cli.exits import exit_code

PLAIN = Message("x", "x")


def made(kind: type[RectificationError]) -> RectificationError:
    if kind is Refused:
        return Refused(PLAIN, ())
    if kind is Invalid:
        return Invalid(Problem("x", "x"))
    return kind(PLAIN)


CODES = {
    "Refused": 3,
    "Denied": 3,
    "NotFound": 4,
    "Conflict": 5,
    "Invalid": 7,
    "RectificationError": 7,
}
KINDS = [
    kind
    for _name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, RectificationError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_class_has_its_exit_code(kind):
    assert exit_code(made(kind)) == CODES[kind.__name__]


def test_what_says_that_our_own_files_are_broken_is_a_fault_of_configuration():
    assert exit_code(RenderError("x", 1, "y")) == exit_code(AddressError("x")) == exits.INVALID


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), MemoryError()])
def test_what_nobody_foresaw_is_unexpected(error):
    assert exit_code(error) == exits.UNEXPECTED


def test_a_refusal_names_what_every_reason_and_what_is_possible_for_whom(round_: Terminal):
    before = round_.entries()

    refused = round_("--as", "wang", "advance", 7, "draft_plan")

    assert refused.code == 3
    assert refused.out == ""
    assert "draft plan (draft_plan) of R2025-7 is refused for 王海涛 (wang)" in refused.err
    for reason in ("responsible leader", "responsible department", "responsible person", "no date"):
        assert f"{reason}" in refused.err
    assert "What is possible now:" in refused.err
    assert "supervisor 李清源" in refused.err
    assert round_.entries() == before


def test_moves_stand_before_changes_in_what_is_possible(round_: Terminal):
    rectify = planned(round_)

    refused = rectify("advance", 7, "submit_completion").err

    possible = refused.partition("What is possible now:")[2]
    assert "note (note)" not in possible.splitlines()[0]
    assert possible.index("finish measure") < possible.index("What is missing")
    rectify.does("--as", "wang", "advance", 7)


def test_a_refusal_speaks_chinese(round_: Terminal):
    round_.language = "zh"

    refused = round_("--as", "wang", "advance", 7, "报送方案")

    assert refused.code == 3
    assert "不予通过：王海涛 (wang) 不能对 R2025-7 办理“报送方案 (draft_plan)”" in refused.err
    assert "rectify assign --leader" in refused.err
    assert "现在可以：" in refused.err


def test_nobody_approves_their_own_plan_and_the_event_is_offered_to_others(round_: Terminal):
    round_.does("people", "grant", "wang", "supervisor")
    round_.does("assign", 7, "--leader", "luo", "--department", "x", "--person", "wang")
    round_.does("--as", "wang", "measure", "edit", 7, 1, "--due", "2025-07-01")
    round_.does("--as", "wang", "advance", 7, "draft_plan")

    refused = round_("--as", "wang", "advance", 7, "approve_plan")

    assert refused.code == 3
    assert "王海涛 (wang) drafted this plan" in refused.err
    assert "approve_plan  → in rectification" in refused.err


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("show R2025-99", 4, "there is no issue R2025-99"),
        ("show 99", 4, "there is no issue R2025-99"),
        ("log nothing", 4, "there is no issue nothing"),
        ("outbox show 99", 4, "there is no message 99"),
        ("replay 7 --at 2025-05-01", 4, "there was no office here yet"),
        ("list --state unheard", 4, "there is no state unheard; there are: reported"),
        ("list --round R1", 4, "there is no round R1; there are: R2025"),
        ("list --unit 水务局", 4, "there is no single unit 水务局; there are: 县交通运输局党组"),
        ("list --person nobody", 4, "there is no person nobody"),
        ("people edit nobody --name x", 4, "there is no person nobody"),
        ("--as nobody next 7", 4, "there is no person nobody"),
        ("people add wang", 5, "there is already a person 王海涛 (wang)"),
        ("init --trial", 5, "an office is already set up here"),
        ("people grant nobody leader --everywhere", 3, "there is no person nobody"),
        ("people grant wang emperor", 3, "must be one of responsible, leader, "),
        ("people revoke wang leader", 3, "wang) does not hold responsible leader"),
        ("people end-delegation 9", 3, "there is no such delegation"),
        ("advance 7 fly_away", 3, "the process knows no event fly_away"),
        ("assign 7 --person nobody", 3, "there is no person nobody"),
        ("assign 7 --person luo", 3, "does not hold the role"),
        ("change-due 7 2025-12-01", 3, "reason must be given"),
        ("--as wang void 7 --reason x", 3, "may do this"),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(round_: Terminal, line, code, said):
    before = round_.entries()

    answer = round_(*line.split())

    assert said in answer.err
    assert (answer.code, answer.out) == (code, "")
    assert round_.entries() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Usage: rectify"),
        ("lst", "there is no command lst; did you mean list?"),
        ("measure edt", "there is no command edt; did you mean edit?"),
        ("show", "Missing argument 'ISSUE'"),
        ("show 1 2", "nothing is known to do with: 2"),
        ("list --light pink", "pink is none of: red, orange, yellow"),
        ("list --due-within 1m", "1m is no number of days or weeks"),
        ("change-due 7 2025-02-30", "there is no date 2025-02-30"),
        ("measure edit 7 1 --due 31.12.2025", "there is no date 31.12.2025"),
        ("replay --at yesterday", "yesterday is no date and no instant"),
        ("assign", "name one ISSUE, or a file with --from FILE"),
        ("assign 7 --dry-run", "--dry-run belongs to --from FILE"),
        ("advance 7 accept --duty x --from 2025-09-01", "every --duty needs its --every"),
        ("advance 7 accept --every 3d", "every --duty needs its --every"),
        ("advance 7 perform_duty --duty x", "--duty names one duty here, by its number"),
        ("advance 7 note --fact x", "--fact is written NAME=VALUE, not x"),
        ("people grant li leader", "say for which unit: --unit UNIT, or --everywhere"),
    ],
)
def test_a_command_that_is_mistyped_says_how_it_is_written(round_: Terminal, line, said):
    answer = round_(*line.split())

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_nothing_is_possible_before_an_office_is_set_up(terminal: Terminal):
    answer = terminal("list")

    assert (answer.code, answer.out) == (4, "")
    assert "rectify init" in answer.err


def test_the_database_of_another_program_is_left_alone(terminal: Terminal):
    path = terminal.folder / "rectify.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 100)
    before = path.read_bytes()

    for line in ("list", "init", "db migrate"):
        answer = terminal(*line.split())
        assert (answer.code, answer.out) == (7, ""), line
    assert path.read_bytes() == before
