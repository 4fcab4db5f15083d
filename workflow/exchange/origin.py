"""Who inspected whom and when, read from the sentence that says so; nothing is inferred.

``县委第一巡察组对县民政局党组开展了常规巡察`` gives group, unit and kind. Dates are taken when
the text gives them whole; otherwise they stay empty and a question says what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from states.errors import Problem
from workflow.exchange.dates import FoundDate, FoundRange, find_dates, find_incomplete, find_range
from workflow.exchange.draft import Origin
from workflow.exchange.lines import Line, sentences

_INSPECTED = re.compile(
    r"(?:对|到|进驻)(?P<unit>[^,。;:!?]{2,40}?)(?:开展|进行|实施)了?"
    r"(?:为期[^,。;]{1,10}?的?)?(?P<kind>[^,。;:的了]{0,12}?巡[察视](?:[“\"]?回头看[”\"]?)?)"
)
_GROUP = re.compile(
    r"(?:^|[,。;:日号]|期间|由|经)\s*(?P<group>[\u4e00-\u9fff〇0-9]{0,16}?(?:委|党组|校|院|集团|公司)"
    r"[\u4e00-\u9fff0-9]{0,14}?巡[察视][一二三四五六七八九十0-9]{0,2}组)"
)
_ROUND = re.compile(
    r"[一二三四五六七八九十0-9]{1,3}届[\u4e00-\u9fff]{1,4}第[一二三四五六七八九十0-9]{1,3}轮(?:巡[察视])?"
)
_OURSELVES = re.compile(r"^(?:我|本)[局委办县市区镇乡院校厅处站所党单]")
_TITLE_UNIT = re.compile(
    r"^(?:中共|中国共产党)?(?P<unit>[\u4e00-\u9fff]{2,30}?(?:党组|党委|党工委|党支部|党总支|委员会|支部委员会|局|办公室|医院|学校|中学|小学|公司))"
    r"\s*关于"
)
_ABOUT_UNIT = re.compile(
    r"^关于(?P<unit>[\u4e00-\u9fff]{2,30}?(?:党组|党委|党工委|党支部|党总支|局))(?:落实|贯彻|对|巡[察视]|整改|就)"
)
_BLANKED = re.compile(r"[XxＸ×*○〇某]{1,}")
_FED_BACK = re.compile(r"反馈|通报(?:了)?巡[察视]")
_FED_BACK_TAIL = re.compile(r"(?:了|巡|意见|情况|问题|会|大会|至|给|,|。|$)")
_AFTER = re.compile(r"对照|召开|成立|研究|制定|上任|整改|收到")
_NEW_PRINCIPAL = re.compile(
    r"[^。;,]{0,20}(?:书记|局长|主任|主要负责人|院长|校长|镇长|乡长)[^。;,]{0,12}?(?:上任|到任|接任|履新|就任)"
)


def read_origin(preface: Sequence[Line], title: str, source: str) -> tuple[Origin, list[Problem]]:
    """The origin as far as the lines before the first issue say it, and what they leave open."""
    problems: list[Problem] = []
    spoken = sentences(preface)
    named = next((line for line in spoken if _names_inspection(line)), None)
    unit = _unit(named, title)
    if not unit:
        problems.append(
            Problem(
                "unit_missing",
                "the report does not name the inspected unit",
                {},
                source,
                named.number if named else None,
            )
        )
    first, last = _inspection(named or _with_range(spoken), source, problems)
    feedback = _feedback(spoken, source, problems)
    _ask_about_order(last, feedback, source, problems)
    _ask_about_principal(spoken, source, problems)
    origin = Origin(
        unit=unit,
        group=_group(named),
        round_name=_first(_ROUND, spoken),
        kind=_kind(named),
        inspection_from=first,
        inspection_to=last,
        feedback=feedback[0] if feedback else None,
    )
    return origin, problems


def _names_inspection(line: Line) -> bool:
    return _INSPECTED.search(line.folded) is not None


def _with_range(spoken: Sequence[Line]) -> Line | None:
    return next(
        (line for line in spoken if re.search("巡[察视]", line.folded) and find_range(line.folded)),
        None,
    )


def _unit(named: Line | None, title: str) -> str:
    hit = _INSPECTED.search(named.folded) if named else None
    if named and hit:
        unit = named.text[hit.start("unit") : hit.end("unit")].strip()
        if not _OURSELVES.match(unit) and not _BLANKED.search(unit):
            return unit
    hit = _TITLE_UNIT.match(title) or _ABOUT_UNIT.match(title)
    unit = hit["unit"] if hit else ""
    return "" if _BLANKED.search(unit) else unit


def _group(named: Line | None) -> str:
    hit = _INSPECTED.search(named.folded) if named else None
    if named is None or hit is None:
        return ""
    groups = list(_GROUP.finditer(named.folded, 0, hit.start()))
    return named.text[groups[-1].start("group") : groups[-1].end("group")] if groups else ""


def _kind(named: Line | None) -> str:
    hit = _INSPECTED.search(named.folded) if named else None
    return named.text[hit.start("kind") : hit.end("kind")].strip() if named and hit else ""


def _first(pattern: re.Pattern[str], spoken: Sequence[Line]) -> str:
    for line in spoken:
        hit = pattern.search(line.folded)
        if hit:
            return line.text[hit.start() : hit.end()]
    return ""


def _inspection(
    line: Line | None, source: str, problems: list[Problem]
) -> tuple[date | None, date | None]:
    found = find_range(line.folded) if line else None
    if line is None or found is None:
        problems.append(_inspection_missing(line, source))
        return None, None
    first, last = _checked(found, line, source, problems)
    if first and last and last < first:
        problems.append(
            Problem(
                "dates_reversed",
                "the inspection ends before it begins: {quote}",
                {"quote": line.text[found.first.start : found.last.end]},
                source,
                line.number,
            )
        )
        return None, None
    return first, last


def _checked(
    found: FoundRange, line: Line, source: str, problems: list[Problem]
) -> tuple[date | None, date | None]:
    days = []
    for part in (found.first, found.last):
        days.append(part.value)
        if part.value is None:
            problems.append(_unclear(part, line, source))
    return days[0], days[1]


def _unclear(found: FoundDate, line: Line, source: str) -> Problem:
    facts = {"quote": line.text[found.start : found.end].lstrip("至到-—–~～－―")}
    if not found.possible:
        return Problem(
            "date_impossible", "there is no such day: {quote}", facts, source, line.number
        )
    return Problem(
        "date_without_year", "the year is not given: {quote}", facts, source, line.number
    )


def _inspection_missing(line: Line | None, source: str) -> Problem:
    if line and (incomplete := _incomplete(line, len(line.text), source)):
        return incomplete
    return Problem(
        "inspection_missing",
        "the report does not say from when to when the inspection lasted",
        {},
        source,
        line.number if line else None,
    )


def _incomplete(line: Line, end: int, source: str) -> Problem | None:
    span = find_incomplete(line.folded[:end])
    if span is None:
        return None
    return Problem(
        "date_incomplete",
        "a date is not given in full: {quote}",
        {"quote": line.text[slice(*span)].strip()},
        source,
        line.number,
    )


def _feedback(
    spoken: Sequence[Line], source: str, problems: list[Problem]
) -> tuple[date, int] | None:
    for line in spoken:
        for hit in _FED_BACK.finditer(line.folded):
            found = _date_of(line.folded, hit)
            if found is None:
                continue
            if found.value is not None:
                return found.value, line.number
            problems.append(_unclear(found, line, source))
            return None
    problems.append(_feedback_missing(spoken, source))
    return None


def _date_of(folded: str, fed_back: re.Match[str]) -> FoundDate | None:
    """The date that says when something was fed back; not one that only stands before the word."""
    before = [found for found in find_dates(folded) if found.end <= fed_back.start()]
    inspection = find_range(folded)
    if not before or (inspection and before[-1].start <= inspection.last.end <= before[-1].end):
        return None
    between = folded[before[-1].end : fed_back.start()]
    meeting = re.match(r"[^,。;]{0,8}(?:会|大会)", folded[fed_back.end() :])
    if re.search(r"[。;]", between) or len(between) > 60:
        return None
    if _AFTER.search(between) and not (meeting and "对照" not in between):
        return None
    addressed = re.search(r"向|巡[察视]组|巡[察视]办", between) or len(between) <= 8 or meeting
    return before[-1] if addressed and _FED_BACK_TAIL.match(folded, fed_back.end()) else None


def _feedback_missing(spoken: Sequence[Line], source: str) -> Problem:
    for line in spoken:
        hit = re.search(r"反馈", line.folded)
        if hit and (incomplete := _incomplete(line, hit.start(), source)):
            return incomplete
    return Problem(
        "feedback_missing",
        "the report does not say on which day the findings were fed back",
        {},
        source,
    )


def _ask_about_order(
    last: date | None, feedback: tuple[date, int] | None, source: str, problems: list[Problem]
) -> None:
    if last and feedback and feedback[0] < last:
        problems.append(
            Problem(
                "feedback_before_end",
                "the feedback of {feedback} lies before the end of the inspection, {end}",
                {"feedback": feedback[0].isoformat(), "end": last.isoformat()},
                source,
                feedback[1],
            )
        )


def _ask_about_principal(spoken: Sequence[Line], source: str, problems: list[Problem]) -> None:
    for line in spoken:
        hit = _NEW_PRINCIPAL.search(line.folded)
        if hit:
            problems.append(
                Problem(
                    "new_principal",
                    "a new principal took office ({quote}): record the handover",
                    {"quote": line.text[hit.start() : hit.end()].strip()},
                    source,
                    line.number,
                )
            )
            return
