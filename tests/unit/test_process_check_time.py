"""What a process says about time: rules, deadlines, the clock; no request stays unanswered."""

from __future__ import annotations

from importlib.resources import files

import pytest

from states.process_file import parse_process
from states.term_rules import term_rules
from tests.cast import changed, line_of, problems

DEFAULT = files("states").joinpath("default.toml").read_text(encoding="utf-8")
EVERY = '"reported", "plan_drafted", "in_rectification", "completed", "long_term_maintenance"'


def step(event: str) -> str:
    """Return the text of a step of the default process, from its event to its effect."""
    start = DEFAULT.index(f'event    = "{event}"')
    end = DEFAULT.index("\n", DEFAULT.index("records", start)) + 1
    return DEFAULT[start:end]


def obligation(kind: str) -> str:
    """Return the text of an obligation of the default process, from its kind to its ladder."""
    start = DEFAULT.index(f'kind   = "{kind}"')
    return DEFAULT[start : DEFAULT.index("\n", DEFAULT.index("ladder", start)) + 1]


RECALCULATE = f'event   = "recalculate"\nfrom    = [{EVERY}]\nto      = "="\nby      = ["clock"]\n'
LETTER = step("issue_letter")
MISS = step("miss_duty")
REQUEST = step("request_extension")
APPROVE = step("approve_extension")
REFUSE = step("refuse_extension")
RESUME = step("resume")
DECLINE = step("decline_reopening")
OPEN = 'from     = ["reported", "plan_drafted", "in_rectification"]'
FEWER = 'from     = ["reported", "plan_drafted"]'
PLAN_DUE = 'due    = { anchor = "cycle", rule = "zhejiang-2017-plan", at_least = "5 workdays" }'
LAST = '[[deadline]]\nanchor = "cycle"\nrule   = "county-3-months"\n'
LOOK_BACKS = 'look_backs        = ["3 months", "6 months"]'
MISSED = "missed_duties     = 2 "
LONGEST = 'longest_extension = "3 months"'
WORD = '[[word]]\nsort = "rung"\nname = "early"\n'

# What is replaced by what (▶ marks the faulty line), and how the sentence about it begins.
FAULTS = {
    "a rule that is none": (
        LAST,
        LAST.replace("rule ", "▶rule ").replace("county-3", "county-33"),
        "there is no rule county-33-months (known: regulation-2015-report, regulation-2024,",
    ),
    "a rule whose figure nobody could read": (
        LAST,
        LAST.replace("rule ", "▶rule ").replace("county-3-months", "regulation-2024"),
        "the figure of the rule regulation-2024 could not be read: state a term with after",
    ),
    "a rule that counts from elsewhere": (
        PLAN_DUE,
        "▶" + PLAN_DUE.replace("zhejiang-2017-plan", "own-decision"),
        "the rule own-decision counts from: entered",
    ),
    "a rule and a term": (
        LAST,
        LAST.replace("rule ", '▶rule = "county-3-months"\nafter = "3 months" #'),
        "a term is stated by after or by rule, not by both",
    ),
    "neither rule nor term": (
        LAST,
        LAST.replace("anchor", "▶anchor").replace("rule", "# rule"),
        "how long from cycle? it needs after, or rule",
    ),
    "a term that runs backwards": (
        LAST,
        LAST.replace("rule ", '▶after = "-3 months" #'),
        "-3 months runs backwards: a term is longer than nothing",
    ),
    "a minimum that runs backwards": (
        PLAN_DUE,
        "▶" + PLAN_DUE.replace("5 workdays", "-5 workdays"),
        "-5 workdays runs backwards: a term is longer than nothing",
    ),
    "a type that is none": (
        'applies = ["immediate"]',
        '▶applies = ["quick"]',
        "there is no type quick (known: dated, immediate, staged)",
    ),
    "an obligation for a type that is none": (
        PLAN_DUE,
        f'▶applies = ["quick"]\n{PLAN_DUE}',
        "there is no type quick (known: dated, immediate, staged)",
    ),
    "no deadline for some types": (
        LAST,
        LAST.replace("anchor", '▶applies = ["dated"]\nanchor'),
        "the last deadline must be for every type: without applies",
    ),
    "deadlines that are never asked": (
        'applies = ["immediate"]         # 立行立改\nanchor ',
        "▶anchor ",
        "the deadlines below are never asked: this one is for every type",
    ),
    "a state in which one type owes nothing": (
        obligation("verify_completion"),
        obligation("verify_completion").replace("who ", 'applies = ["dated"]\nwho '),
        "in completed nobody owes anything: it needs an obligation of each = issue",
    ),
    "a look-back at once": (
        LOOK_BACKS,
        '▶look_backs = ["0 days"]',
        "look_backs: 0 days is not longer than nothing",
    ),
    "two look-backs in one": (
        LOOK_BACKS,
        '▶look_backs = ["3 months", "3个月"]',
        "two look-backs after the same term",
    ),
    "an extension by nothing": (
        LONGEST,
        '▶longest_extension = "0 days"',
        "longest_extension: 0 days is not longer than nothing",
    ),
    "an extension granted by who asked for it": (
        APPROVE,
        APPROVE.replace("requires", "▶requires").replace('"not_the_requester", ', ""),
        "approve_extension would let people judge their own work: it must require not_the_",
    ),
    "an extension asked for when it is too late": (
        REQUEST,
        REQUEST.replace("requires", "▶requires").replace('"before_due", ', ""),
        "request_extension records extension_request: it must require before_due",
    ),
    "a request that nobody could refuse": (
        REFUSE,
        REFUSE.replace(OPEN, FEWER),
        "no step from in_rectification records extension_refusal",
    ),
    "a request that nobody must answer": (
        obligation("decide_extension"),
        obligation("decide_extension").replace(', "in_rectification"', ""),
        "in in_rectification nobody owes an obligation of each = extension",
    ),
    "a suspension without end": (
        RESUME,
        RESUME.replace(OPEN, FEWER),
        "no step from in_rectification records resumption",
    ),
    "a duty that nobody could perform": (
        step("perform_duty"),
        step("perform_duty").replace('"long_term_maintenance"', '"completed"'),
        "no step from long_term_maintenance records duty_done",
    ),
    "a duty that nobody would miss": (
        MISS,
        MISS.replace('"long_term_maintenance"', '"completed"'),
        "no step from long_term_maintenance records duty_missed",
    ),
    "a letter that nobody could write": (
        LETTER,
        LETTER.replace('"in_rectification", ', ""),
        "no step from in_rectification records letter",
    ),
    "a state whose dates nobody could count again": (
        RECALCULATE,
        RECALCULATE.replace(', "completed"', ""),
        "no step from completed records recalculation",
    ),
    "look-backs that nobody makes": (
        obligation("look_back"),
        obligation("look_back").replace('each   = "look_back"', 'each   = "issue"'),
        "in long_term_maintenance nobody owes an obligation of each = look_back",
    ),
    "a proposal that nobody could decline": (
        DECLINE,
        DECLINE.replace('"long_term_maintenance"', '"completed"'),
        "no step from long_term_maintenance records proposal_declined",
    ),
    "missed duties on which nobody decides": (
        obligation("decide_reopening"),
        obligation("decide_reopening").replace('each   = "proposal"', 'each   = "issue"'),
        "in long_term_maintenance nobody owes an obligation of each = proposal",
    ),
    "a clock beside people": (
        RECALCULATE,
        RECALCULATE.replace("by ", "▶by ").replace('["clock"]', '["clock", "supervisor"]'),
        "recalculate is either of the clock or of people, never of both",
    ),
    "people who do what only time does": (
        RECALCULATE,
        RECALCULATE.replace("by ", "▶by ").replace('["clock"]', '["supervisor"]'),
        'recalculation is what time brings about: recalculate needs by = ["clock"]',
    ),
    "a clock that does what people do": (
        RESUME,
        RESUME.replace("by ", "▶by ").replace('["supervisor"]', '["clock"]'),
        "resumption is not the clock's to record: resume needs people in by",
    ),
    "a clock that moves the state": (
        MISS,
        MISS.replace("to ", "▶to ").replace('"="', '"reported"'),
        'time alone moves no state: miss_duty needs to = "="',
    ),
    "a word for a rung that is none": (
        WORD,
        WORD.replace("name", "▶name").replace("early", "earlier"),
        "there is no rung earlier (known: due, early, escalated, overdue, soon, unresolved)",
    ),
    "a word of a sort that is none": (
        WORD,
        WORD.replace("sort", "▶sort").replace("rung", "step"),
        "there is no sort step (known: colour, letter, rung, type)",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_refuses_a_process_with(fault: str):
    old, new, sentence = FAULTS[fault]
    marked = changed(DEFAULT, (old, new))
    found = problems(marked.replace("▶", ""))
    line = line_of(marked, "▶") if "▶" in marked else ""
    assert any(f"{line}: {sentence}" in problem for problem in found), found


def test_the_process_of_these_tests_is_whole():
    assert parse_process(DEFAULT, "default.toml").name == "county-inspection"


def test_a_term_may_count_back_from_a_date_that_was_given():
    kept = obligation("finish_issue")
    earlier = kept.replace('{ anchor = "due" }', '{ anchor = "due", after = "-5 workdays" }')
    process = parse_process(DEFAULT.replace(kept, earlier), "own.toml")
    rule = process.obligation("finish_issue")
    assert rule is not None
    assert str(rule.due.term) == "-5 workdays"


def test_without_letters_extensions_and_look_backs_a_process_needs_no_steps_for_them():
    bare = DEFAULT.replace(LOOK_BACKS, "").replace(MISSED, "")
    for text in (REQUEST, APPROVE, REFUSE, obligation("decide_extension"), LETTER):
        start = bare.rindex("[[", 0, bare.index(text))
        following = bare.find("\n[[", bare.index(text))
        bare = bare[:start] + bare[following + 1 :]
    for kind in ("提醒函", "督办函", "告诫函"):
        bare = bare.replace(f', letter = "{kind}"', "")
    bare = bare[: bare.index('[[word]]\nsort = "letter"')]
    whole = parse_process(DEFAULT, "default.toml")
    assert len(parse_process(bare, "bare.toml").steps) == len(whole.steps) - 4


def test_a_rule_gives_a_term_its_source_and_whether_it_was_read():
    process = parse_process(DEFAULT, "default.toml")
    plan, decision = process.obligation("draft_plan"), process.obligation("decide_plan")
    assert plan is not None
    assert decision is not None
    assert (str(plan.due.term), plan.due.rule) == ("10 workdays", "zhejiang-2017-plan")
    assert (plan.source, plan.confirmed) == ("浙江2017年做法（新闻报道，2017-01-06）", True)
    assert (decision.source, decision.confirmed) == ("自定 (our choice)", False)
    stated = DEFAULT.replace(PLAN_DUE, f'{PLAN_DUE}\nsource = "本县通知"\nconfirmed = false')
    own = parse_process(stated, "own.toml").obligation("draft_plan")
    assert own is not None
    assert (own.source, own.confirmed, str(own.due.term)) == ("本县通知", False, "10 workdays")


def test_the_deadline_is_that_of_the_first_row_for_the_type():
    process = parse_process(DEFAULT, "default.toml")
    terms = {t: str(process.deadline(t).due.term) for t in ("dated", "immediate", "staged")}
    assert terms == {"dated": "3 months", "immediate": "15 workdays", "staged": "3 months"}


def test_the_library_states_who_says_so_and_guesses_nothing():
    rules = term_rules()
    assert all(rule.source and set(rule.notes) == {"zh", "en"} for rule in rules.values())
    assert [rule.name for rule in rules.values() if rule.term is None] == ["regulation-2024"]
    weak = [rule.name for rule in rules.values() if not rule.confirmed]
    assert {"regulation-2024", "plan-1-month", "province-2025-6-months"} <= set(weak)
    assert {rule.anchor for rule in rules.values()} == {"cycle", "entered"}
