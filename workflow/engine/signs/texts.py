"""Signs in the texts: one text in many issues, and "completed" that its own words deny."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from states.errors import Message
from workflow.engine.signs.likeness import alike, plain
from workflow.engine.signs.sign import Material, Place, Sign, Trace

MEASURE, CLAIM, NOTE = "measure", "claim", "note"
_SAID = {"text": MEASURE, "note": NOTE, "progress": NOTE, "remains": NOTE}
_QUOTE = 30


class Text(NamedTuple):
    """Something written about an issue, of a sort: a measure, a report's claim, a note."""

    place: Place
    sort: str
    text: str


def texts_of(trace: Trace) -> Iterator[Text]:
    """Yield everything that was written about an issue and is compared."""
    for moment in trace.moments:
        place = trace.at(moment)
        for claim in moment.facts.get("claim", ()):
            yield Text(place, CLAIM, claim["text"])
        for measure in moment.facts.get("measures", ()):
            yield Text(place, MEASURE, measure["text"])
        for name, sort in _SAID.items():
            if name in moment.facts:
                yield Text(place, sort, moment.facts[name])


def copied_text(material: Material) -> Iterator[Sign]:
    """Nearly the same text was written for several issues."""
    limits = material.limits
    found: dict[str, dict[str, list[Text]]] = {MEASURE: {}, CLAIM: {}, NOTE: {}}
    for trace in material.traces:
        for text in texts_of(trace):
            short = plain(text.text)
            if len(short) >= limits.alike_letters:
                found[text.sort].setdefault(short, []).append(text)
    for by_text in found.values():
        groups = alike(by_text, limits.alike_percent)
        together = {short for group in groups for short in group}
        groups += [[short] for short in by_text if short not in together]
        for group in groups:
            yield from _copied([text for short in group for text in by_text[short]])


def _copied(texts: list[Text]) -> Iterator[Sign]:
    issues = dict.fromkeys(text.place.issue for text in texts)
    if len(issues) < 2:
        return
    facts = {"count": len(issues), "quote": texts[0].text[:_QUOTE], "sort": texts[0].sort}
    question = Message(
        "copied_text",
        "Nearly the same text stands in {count} issues (“{quote}…”). Was it written for each of "
        "them?",
        facts,
    )
    yield Sign(question=question, entries=tuple(dict.fromkeys(text.place for text in texts)))


def contradicted(material: Material) -> Iterator[Sign]:
    """An issue was submitted as completed, and what was written about it says otherwise."""
    for trace in material.traces:
        issue = trace.issue
        if issue.verdict != "completed" or issue.completed_on is None:
            continue
        by_quote: dict[str, list[Place]] = defaultdict(list)
        for place, text in _own_words(trace):
            for quote in material.contradictions(text):
                by_quote[quote].append(place)
        if not by_quote:
            continue
        facts = {"quotes": tuple(f"“{quote}”" for quote in by_quote)}
        question = Message(
            "contradicted",
            "It was submitted as completed, but its own text says {quotes}. What has been done "
            "since?",
            facts,
        )
        places = dict.fromkeys(place for places in by_quote.values() for place in places)
        submitted = [trace.at(m) for m in trace.of("completion")][-1:]
        yield Sign(question=question, entries=tuple(dict.fromkeys((*places, *submitted))))


def _own_words(trace: Trace) -> Iterator[tuple[Place, str]]:
    """Yield the claim of the report, and what was said with the completion and its measures."""
    for moment in trace.of("registration"):
        for claim in moment.facts.get("claim", ()):
            if trace.issue.cycle == 1:
                yield trace.at(moment), claim["text"]
    for moment in trace.of("measure_done", "completion"):
        if "note" in moment.facts and moment.cycle == trace.issue.cycle:
            yield trace.at(moment), moment.facts["note"]


TEXTS = (copied_text, contradicted)
