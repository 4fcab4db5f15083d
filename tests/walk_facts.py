"""What is said on random walks: the facts of each event, mostly right, sometimes spoilt."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from states.facts import LEVEL_WORDS
from states.parts import LEVELS
from tests.cast import DUTY, EVERY_30_DAYS, KEY, PROOF, REMAINDER, Facts

days = st.dates(date(2023, 1, 1), date(2024, 6, 30))
later_days = st.dates(date(2023, 4, 1), date(2024, 6, 30))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.integers(1, 4)
ones = st.integers(1, 2)
terms = st.sampled_from(("5 workdays", "30 days", "2 months", "1个月", "250个工作日"))

# The facts of each event as they are mostly right; each is drawn anew for every attempt.
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "draft_plan": {},
    "approve_plan": {},
    "return_plan": {"reason": texts},
    "submit_completion": {},
    "return_completion": {"reason": texts},
    "accept": {"no_duties": texts},
    "reopen": {"reason": texts, "basis": texts},
    "assign": {"leader": st.just("zhou"), "department": texts, "person": st.just("wang")},
    "add_measure": {"text": texts, "due": st.dates(date(2023, 3, 1), date(2023, 6, 1))},
    "edit_measure": {"measure": numbers, "due": later_days, "reason": texts},
    "drop_measure": {"measure": numbers, "reason": texts},
    "finish_measure": {"measure": numbers},
    "add_evidence": {
        "sha256": st.sampled_from((PROOF, "0d" * 32)),
        "size": numbers,
        "name": texts,
        "measure": st.none() | numbers,
        "level": st.none() | st.sampled_from((*LEVELS, *LEVEL_WORDS)),
        "replaces": st.none() | ones,
        "apart": st.none() | st.booleans(),
    },
    "note": {"note": texts},
    "change_due": {"due": later_days, "reason": texts},
    "finish_remainder": {},
    "perform_duty": {"duty": ones},
    "void": {"reason": texts},
    "classify": {"type": st.sampled_from(("dated", "immediate", "staged"))},
    "set_term": {
        "kind": st.sampled_from(("draft_plan", "decide_plan", "verify_completion")),
        "after": terms,
        "reason": texts,
    },
    "request_extension": {
        "due": st.dates(date(2023, 6, 2), date(2023, 10, 1)),
        "reason": texts,
        "progress": texts,
    },
    "approve_extension": {},
    "refuse_extension": {"reason": texts},
    "suspend": {"reason": texts},
    "resume": {},
    "hand_over": {"from_person": st.just("wang"), "to_person": st.just("sun"), "reason": texts},
    "acknowledge": {"letter": ones},
    "add_duty": {"text": texts, "when": st.just(EVERY_30_DAYS)},
    "end_duty": {"duty": ones, "reason": texts},
    "look_back": {"visit": ones, "verdict": st.just("holds")},
    "decline_reopening": {"reason": texts},
    "recalculate": {},
    "issue_letter": {
        "kind": st.just("督办函"),
        "sha256": st.just(PROOF),
        "obligation": st.just(f"{KEY}/1/finish_issue"),
        "to": st.just([{"person": "wang"}, {"person": "zhou"}]),
    },
    "miss_duty": {"duty": ones},
}
VARIANTS: dict[str, list[Facts]] = {
    "submit_completion": [REMAINDER, {"verdict": "completed"}],
    "accept": [{"duties": [DUTY]}, {"duties": [DUTY, {**DUTY, "person": None}]}],
    "reopen": [{"reason": "反弹", "basis": "回头看", "due": "2024-12-31"}],
    "assign": [{"person": "sun"}],
    "classify": [{"long_term": True}],
    "request_extension": [
        {"due": "2023-05-25", "reason": "汛期", "progress": "过半", "measure": 2},
    ],
    "approve_extension": [{"due": "2023-06-30"}],
    "hand_over": [{"from_person": "sun", "to_person": "wang", "reason": "调动"}],
    "look_back": [{"visit": 1, "verdict": "rebound", "reason": "再次发现"}],
    "add_evidence": [{"sha256": PROOF, "size": 3, "name": "照片", "duty": 1}],
}
SPOILT = st.dictionaries(
    st.sampled_from(("reason", "due", "measure", "person", "verdict", "until", "nonsense")),
    st.one_of(st.none(), texts, numbers, days, st.floats(allow_nan=False), st.booleans()),
    max_size=2,
)
