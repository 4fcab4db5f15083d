"""What a process means: every fault of the table is found, with its line."""

from __future__ import annotations

import pytest

from states.effects import EFFECTS
from states.guards import ASKS, GUARDS
from states.process_file import parse_process
from tests.cast import OWN, changed, line_of, problems
from tests.guarding import an_issue, asked

BIRTH = 'from = []\nto = "待整改"\n'
ASSIGN = 'by = ["leader", "supervisor"]\n'
UPLOAD = 'requires = ["known_measure", "known_duty", "known_visit"]\n'
SUBMIT = 'requires = ["measures_proven", "remainder_named"]\n'
RETURN = 'to = "待整改"\nby = ["supervisor"]\nrequires = ["reason"]\n'
ACCEPT = 'requires = ["not_the_submitter", "duties_declared"]\n'
ACCEPTS = 'to = "归档"\nby = ["supervisor"]\n'
REOPEN = 'from = ["待验收", "归档"]\n'
CYCLE = 'due = { anchor = "cycle", after = "20日" }\n'
ENTERED = 'due = { anchor = "entered", after = "5个工作日" }\n'
EARLY = '{ name = "提前", at = "-3 days" }'
ON = '{ name = "到期", at = "0 days", colour = "orange" }'
LATE = (
    '{ name = "逾期", at = "1 day", to = ["holder", "leader"], repeat = ["1 workday", "7 days"] }'
)
LADDER = '[[ladder]]\nname = "常规"\n'

# What is replaced by what (▶ marks the faulty line), and how the sentence about it begins.
FAULTS = {
    "an initial state that is none": (
        'initial = "待整改"\n',
        '▶initial = "开始"\n',
        "there is no state 开始 (known: 归档, 待整改, 待验收)",
    ),
    "a final state that is none": (
        'final = ["归档"]\n',
        '▶final = ["归档", "作废"]\n',
        "there is no state 作废 (known:",
    ),
    "a source that is none": (REOPEN, '▶from = ["归案"]\n', "there is no state 归案 (known:"),
    "a target that is none": (
        RETURN,
        RETURN.replace("to = ", "▶to = ").replace("待整改", "整改中"),
        "there is no state 整改中 (known: =, 归档, 待整改, 待验收)",
    ),
    "an actor that is no role": (
        ASSIGN,
        '▶by = ["boss"]\n',
        "there is no role boss (known: auditor, clock, leader, principal, responsible, supervisor)",
    ),
    "somebody told who is no role": (
        ASSIGN,
        f'▶notify = ["holder"]\n{ASSIGN}',
        "there is no role holder (known: auditor,",
    ),
    "a guard that is none": (
        UPLOAD,
        '▶requires = ["known_measure", "known_duty", "known_visit", "proof"]\n',
        "there is no guard proof (known: another_measure,",
    ),
    "an effect that is none": (
        'records = "return"\n',
        '▶records = "log"\n',
        "there is no effect log (known: acceptance,",
    ),
    "an obligation in a state that is none": (
        'while = ["待验收"]\n',
        '▶while = ["待验收", "作废"]\n',
        "there is no state 作废 (known:",
    ),
    "an obligation of nobody": (
        'who = "supervisor"\n',
        '▶who = "holder"\n',
        "there is no role holder (known: auditor,",
    ),
    "an obligation for a part that is none": (
        'while = ["待验收"]\neach = "issue"\n',
        'while = ["待验收"]\n▶each = "day"\n',
        "there is no part day (known: duty, extension, issue, look_back, measure, proposal,",
    ),
    "a ladder that is none": (
        f'{ENTERED}ladder = "常规"\n',
        f'{ENTERED}▶ladder = "另一"\n',
        "there is no ladder 另一 (known: 常规)",
    ),
    "a rung for somebody who is no role": (
        LATE,
        "▶" + LATE.replace("leader", "boss"),
        "there is no role boss (known: auditor, holder, leader, principal, responsible,",
    ),
    "a name with a space": (
        'event = "打回"\n',
        '▶event = "打 回"\n',
        "打 回: a name has letters, digits, _ and - only",
    ),
    "a name with a slash": ('kind = "验收"\n', '▶kind = "a/b"\n', "a/b: a name has letters,"),
    "a rung's name with a bar": (ON, "▶" + ON.replace("到期", "到|期"), "到|期: a name has"),
    "a state declared twice": (
        'name = "归档"\n',
        'name = "归档"\n\n[[state]]\n▶name = "归档"\n',
        "归档 is declared twice",
    ),
    "a kind declared twice": ('kind = "验收"\n', '▶kind = "整改"\n', "整改 is declared twice"),
    "a ladder declared twice": (
        LADDER,
        f'{LADDER}rung = []\n\n[[ladder]]\n▶name = "常规"\n',
        "常规 is declared twice",
    ),
    "an event that leaves a state twice": (
        f'event = "重启"\n{REOPEN}',
        f'event = "打回"\n▶{REOPEN}',
        "打回 leaves the state 待验收 twice",
    ),
    "a registration from somewhere": (
        BIRTH,
        '▶from = ["归档"]\nto = "待整改"\n',
        "a step from nowhere registers into the initial state",
    ),
    "a registration that is missing": (
        BIRTH,
        'from = ["归档"]\nto = "待整改"\n',
        "no step registers an issue (from = [])",
    ),
    "a registration into another state": (
        BIRTH,
        'from = []\n▶to = "待验收"\n',
        "a step from nowhere registers into the initial state",
    ),
    "a registration with guards": (
        BIRTH,
        f'▶requires = ["reason", "basis"]\n{BIRTH}',
        "a step from nowhere has no issue yet that reason, basis could look at",
    ),
    "a state that is never reached": (
        '[[state]]\nname = "归档"\n',
        '[[state]]\n▶name = "中止"\n\n[[state]]\nname = "归档"\n',
        "中止 is never reached",
    ),
    "a state that nothing leaves": (
        '[[state]]\nname = "归档"\n',
        '[[state]]\n▶name = "中止"\n\n[[state]]\nname = "归档"\n',
        "中止 is not final, yet nothing leaves it",
    ),
    "a state in which nobody owes anything": (
        'while = ["待整改", "待验收"]\n',
        'while = ["待验收"]\n',
        "in 待整改 nobody owes anything: it needs an obligation of each = issue",
    ),
    "an acceptance by the submitter": (
        ACCEPT,
        '▶requires = ["duties_declared"]\n',
        "通过 would let people judge their own work: it must require not_the_submitter",
    ),
    "an approval by the drafter": (
        'records = "return"\n',
        'records = "approval"\n',
        "打回 would let people judge their own work: it must require not_the_drafter",
    ),
    "an end by the responsible person": (
        ACCEPTS,
        ACCEPTS.replace("by = [", '▶by = ["responsible", '),
        "通过 would let the responsible person end the issue unjudged",
    ),
    "a completion without its safeguard": (
        SUBMIT,
        '▶requires = ["measures_proven"]\n',
        "上报 records completion: it must require remainder_named",
    ),
    "evidence without its safeguards": (
        UPLOAD,
        '▶requires = ["known_measure"]\n',
        "上传 records evidence: it must require known_duty",
    ),
    "a guard that could never be met": (
        ACCEPT,
        ACCEPT.replace("requires", "▶requires").replace("]", ', "basis"]'),
        "basis asks for basis, which acceptance does not take: nobody could pass",
    ),
    "a step that nobody may take": (ASSIGN, "▶by = []\n", "nobody may take 名单"),
    "a rung that tells nobody": (
        LATE,
        "▶" + LATE.replace('"holder", "leader"', ""),
        "the rung 逾期 tells nobody",
    ),
    "an anchor of another part": (
        ENTERED,
        '▶due = { anchor = "own" }\n',
        "there is no anchor own (known: cycle, due, entered)",
    ),
    "an anchor of the issue for its parts": (
        f'each = "issue"\nwho = "responsible"\n{CYCLE}',
        f'each = "measure"\nwho = "responsible"\n▶{CYCLE}',
        "there is no anchor cycle (known: entered, own)",
    ),
    "a given date that is put off": (
        ENTERED,
        '▶due = { anchor = "due", at_least = "7 days" }\n',
        "a date that somebody gave is not put off: at_least needs the anchor cycle",
    ),
    "a deadline from elsewhere": (
        'deadline = [{ anchor = "cycle"',
        '▶deadline = [{ anchor = "due"',
        "the issue's deadline counts from: cycle",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_a_process_with(fault: str):
    old, new, sentence = FAULTS[fault]
    marked = changed(OWN, (old, new))
    found = problems(marked.replace("▶", ""))
    line = line_of(marked, "▶") if "▶" in marked else ""
    assert any(f"{line}: {sentence}" in problem for problem in found), found


def test_all_faults_of_a_table_are_told_at_once():
    text = changed(
        OWN,
        ('initial = "待整改"', 'initial = "开始"'),
        (ASSIGN, 'by = ["boss"]\n'),
        (ACCEPT, "requires = []\n"),
        (ENTERED, 'due = { anchor = "own" }\n'),
        (ON, ON.replace("0 days", "-3 days")),
    )
    found = "\n".join(problems(text))
    for words in ("state 开始", "role boss", "judge their own work", "anchor own", "order of days"):
        assert words in found


def test_the_process_of_these_tests_is_whole():
    assert parse_process(OWN, "own.toml").name == "乡镇整改"


def test_a_final_state_may_be_left_again_and_may_owe_nothing():
    process = parse_process(OWN, "own.toml")
    assert process.final == ("归档",)
    assert all("归档" not in rule.states for rule in process.obligations)
    assert process.step("归档", "重启") is not None


@pytest.mark.parametrize("guard", ASKS)
def test_a_guard_said_to_ask_for_a_fact_asks_for_it(guard: str):
    assert asked(guard, an_issue()) == [ASKS[guard]]
    assert any(ASKS[guard] in {f.name for f in e.takes} for e in EFFECTS.values())


def test_every_guard_that_can_only_be_met_by_a_fact_is_said_to_ask_for_it():
    asking = {guard for guard in GUARDS if any(asked(guard, an_issue()))}
    assert asking == ASKS.keys()
