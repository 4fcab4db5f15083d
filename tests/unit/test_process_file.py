"""Reading a process: every fault of its text and shape is told with its line."""

from __future__ import annotations

import textwrap
import tomllib

import pytest

from states.process_file import parse_process
from states.process_shape import check_shape
from tests.cast import OWN, changed, line_of, problems


def test_broken_toml_is_told_with_its_line():
    broken = OWN.replace('en = "open"', 'en = "open')
    (problem,) = problems(broken)
    assert problem.startswith(f"own.toml:{line_of(broken, 'open')}: not valid TOML: ")


def test_toml_that_never_ends_is_told_with_its_last_line():
    text = 'name = "x"\nfinal = [\n  "a",\n'
    (problem,) = problems(text)
    assert problem.startswith("own.toml:3: not valid TOML: ")


def test_toml_nested_without_end_is_refused():
    assert problems("x = " + "[" * 20_000) != []


def test_an_empty_file_lacks_everything_that_is_needed():
    assert problems("") == [
        f"own.toml:1: {key} is missing" for key in ("name", "initial", "deadline", "state", "step")
    ]


def test_strange_line_breaks_inside_a_comment_do_not_shift_the_lines():
    text = OWN.replace('en = "filed"', 'en = "filed"  # \u2028 \x85 \u2029\nto = "?"')
    (problem,) = problems(text)
    line = line_of(text, 'to = "?"')
    assert problem.startswith(f"own.toml:{line}: to is not known here")


# ------------------------------------------------------------------------------------- its shape

BY = 'by = ["leader", "supervisor"]'
EN = 'en = "filed"'
EVENT = 'event = "打回"'
DUE = 'due = { anchor = "entered", after = "5个工作日" }'
ROW = '    { name = "到期", at = "0 days", colour = "orange" },'
LATE = 'repeat = ["1 workday", "7 days"]'
TERM = "a term such as 10 workdays, 20 days or 3 months"
SAID = (
    "5",
    '"5"',
    '"5 weeks"',
    '"five days"',
    '"3661 days"',
    '"121 months"',
    '"2601 工作日"',
    "[]",
)
POLICY = 'final = ["归档"]'
# What is replaced by what, and the sentence about the line that holds the last words replaced.
SHAPE = [
    (EVENT, 'evnt = "打回"', "evnt is not known here (known: event, from, to, by, records,"),
    (BY, 'by = "leader"', "by must be a list of texts"),
    (BY, "by = [1]", "by must be a list of texts"),
    (EN, 'en = ""', "en must be a text that is not empty"),
    (EN, "en = true", "en must be a text that is not empty"),
    (DUE, "due = 5", "due must be a table"),
    (DUE, 'due = { after = "5 days" }', "anchor is missing"),
    (
        DUE,
        'due = { anchor = "entered", days = 5 }',
        "days is not known here (known: anchor, after,",
    ),
    *((DUE, f'due = {{ anchor = "entered", after = {x} }}', f"after must be {TERM}") for x in SAID),
    (DUE, 'due.at_least = 7\ndue.anchor = "due" #', f"at_least must be {TERM}"),
    (DUE, f"confirmed = 1\n{DUE}", "confirmed must be true or false"),
    (DUE, f"applies = 1\n{DUE}", "applies must be a list of texts"),
    (ROW, '{ name = "到期" },', "at is missing"),
    (ROW, '{ at = "0 days" },', "name is missing"),
    (ROW, '{ name = "到期", at = "0 days", too = [] },', "too is not known here (known: name, at,"),
    (ROW, '{ name = "到期", at = "0 days", urgent = 1 },', "urgent must be true or false"),
    (LATE, 'repeat = "7 days"', "repeat must be a list of terms such as 10 workdays, 20 days or"),
    (LATE, 'repeat = ["7 days", "soon"]', "repeat must be a list of terms such as 10 workdays,"),
    ('after = "30 days" }', "days = 30 }", "days is not known here (known: anchor, after, rule,"),
    (POLICY, f"policy = 3\n{POLICY}", "policy must be a table"),
    (
        POLICY,
        f"policy = {{ extensions = -1 }}\n{POLICY}",
        "extensions must be a whole number from",
    ),
    (POLICY, f"policy = {{ missed_duties = true }}\n{POLICY}", "missed_duties must be a whole"),
    (POLICY, f"policy = {{ look_backs = [3] }}\n{POLICY}", "look_backs must be a list of terms"),
    (POLICY, f"word = [{{ sort = 1, name = '逾期' }}]\n{POLICY}", "sort must be a text that is"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), SHAPE)
def test_a_fault_of_the_shape_is_told_with_its_line(old: str, new: str, sentence: str):
    text = changed(OWN, (old, new))
    line = line_of(text, new)
    found = problems(text)
    assert any(p.startswith(f"own.toml:{line}: {sentence}") for p in found), found


def test_a_key_that_is_missing_is_told_with_the_line_of_its_table():
    text = changed(OWN, ('event = "名单"\n', ""), ('kind = "验收"\n', ""))
    assert problems(text) == [
        f"own.toml:{line_of(text, BY) - 3}: event is missing",
        f"own.toml:{line_of(text, DUE) - 4}: kind is missing",
    ]


NEEDED = {
    "": ("name", "initial", "deadline", "state", "step"),
    "deadline": ("anchor",),
    "word": ("sort", "name"),
    "state": ("name",),
    "step": ("event", "from", "to", "by", "records"),
    "obligation": ("kind", "while", "each", "who", "due", "ladder"),
    "ladder": ("name", "rung"),
}
OPTIONAL = {
    "": ("final", "policy", "obligation", "ladder", "word"),
    "deadline": ("after", "rule", "applies", "source", "confirmed"),
    "policy": ("extensions", "longest_extension", "look_backs", "missed_duties"),
    "word": ("zh", "en"),
    "state": ("zh", "en"),
    "step": ("requires", "notify", "zh", "en"),
    "obligation": ("applies", "source", "confirmed", "zh", "en"),
}


MORE = """
policy = { extensions = 1 }
word = [{ sort = "rung", name = "逾期", zh = "催办" }]
"""


def faults_with(table: str, key: str, value: object) -> list[str]:
    """Return the faults of a process in whose first row of a table a key has another value."""
    process = tomllib.loads(OWN) | tomllib.loads(MORE)
    row = process[table] if table else process
    row = row[0] if isinstance(row, list) else row
    row.pop(key, None)
    if value is not None:
        row[key] = value
    return [str(fault) for fault in check_shape(process)]


@pytest.mark.parametrize(("table", "key"), [(t, k) for t, keys in NEEDED.items() for k in keys])
def test_it_asks_for_each_key_that_is_needed(table: str, key: str):
    assert faults_with(table, key, None) == [f"{key} is missing"]


@pytest.mark.parametrize(("table", "key"), [(t, k) for t, keys in OPTIONAL.items() for k in keys])
def test_it_does_without_the_other_keys_but_knows_them(table: str, key: str):
    assert faults_with(table, key, None) == []
    (fault,) = faults_with(table, key, object())
    assert fault.startswith(f"{key} must be ")


def test_every_fault_is_told_at_once_in_the_order_of_the_text():
    text = changed(
        OWN,
        ('name = "待整改"\n', 'nam = "待整改"\n'),
        ('event = "名单"\n', ""),
        ('who = "supervisor"', "who = 1"),
        (ROW, '    { name = "到期", at = "0" },'),
    )
    state, step = line_of(text, "nam ="), line_of(text, BY) - 3
    assert problems(text) == [
        f"own.toml:{state - 1}: name is missing",
        f"own.toml:{state}: nam is not known here (known: name, zh, en)",
        f"own.toml:{step}: event is missing",
        f"own.toml:{line_of(text, 'who = 1')}: who must be a text that is not empty",
        f"own.toml:{line_of(text, '到期')}: at must be {TERM}",
    ]


def test_rungs_may_be_tables_of_their_own():
    start = OWN.index("rung = [")
    tables = OWN[:start] + textwrap.dedent(
        """\
        [[ladder.rung]]
        name = "提前"
        at = "-3 days"

        [[ladder.rung]]
        name = "到期"
        at = "0"

        [[ladder]]
        name = "另一"

        [[ladder.rung]]
        name = "x"
        """
    )
    quoted, last = line_of(tables, 'at = "0"'), line_of(tables, 'name = "x"')
    assert problems(tables) == [
        f"own.toml:{quoted - 2}: at must be {TERM}",
        f"own.toml:{last - 1}: at is missing",
    ]
    good = tables.replace('"0"', '"0 days"\nrepeat = ["1 day"]')
    good = good.replace('name = "x"', 'name = "x"\nat = "1 day"\nrepeat = ["1 day"]')
    rungs = parse_process(good, "own.toml").ladders[0].rungs
    assert [str(rung.at) for rung in rungs] == ["-3 days", "0 days"]


def test_a_table_written_on_one_line_is_found_too():
    states = OWN[OWN.index("[[state]]") : OWN.index("[[step]]")]
    inline = 'state = [\n  { name = "待整改" },\n  { name = "待验收", nam = 1 },\n]\n\n'
    text = inline + OWN.replace(states, "")
    assert problems(text)[0].startswith("own.toml:3: nam is not known here")


def test_rows_that_share_a_line_share_its_number():
    start = OWN.index("rung = [")
    text = OWN[:start] + 'rung = [{ name = "a", at = "1 day" }, { name = "b" }]\n'
    assert problems(text) == [f"own.toml:{line_of(text, 'rung = [')}: at is missing"]


def test_what_the_rows_in_shape_mean_is_told_beside_the_rows_that_are_misshapen():
    text = changed(
        OWN,
        ('name = "待整改"\n', 'nam = "待整改"\n'),
        (BY, 'by = ["boss"]'),
        (DUE, 'due = { anchor = "entered", rule = "nobody" }'),
        ('requires = ["not_the_submitter", "duties_declared"]\n', ""),
        (ROW, '    { name = "到期", at = "0 days", colour = 1 },'),
    )
    found = problems(text)
    said = [problem.partition(" ")[2].partition(" (")[0] for problem in found]
    assert said == [
        "name is missing",
        "nam is not known here",
        "there is no role boss",
        "通过 would let people judge their own work: it must require not_the_submitter",
        "there is no rule nobody",
        "colour must be a text that is not empty",
    ]
    assert found[2].startswith(f"own.toml:{line_of(text, 'boss')}: ")
    assert found[4].startswith(f"own.toml:{line_of(text, 'nobody')}: ")


def test_a_name_is_not_called_unknown_whose_own_row_is_misshapen():
    for text in (OWN.replace('name = "归档"\n', "name = 1\n"), OWN.replace('"-3 days"', "3")):
        (problem,) = problems(text)
        assert "must be" in problem
