"""Reading what others wrote: a feedback or rectification report as a draft of issues.

A draft holds the report's words with their lines and the questions they raise; it is never a
correction. Nothing heavy is loaded here: the ``.docx`` reader is imported when one is read.
"""

from __future__ import annotations

from workflow.exchange.draft import (
    AspectDraft,
    Counts,
    IssueDraft,
    MeasureDraft,
    Removed,
    ReportDraft,
)
from workflow.exchange.reading import read_report
from workflow.exchange.report import parse_report
from workflow.exchange.shape import draft_json

__all__ = [
    "AspectDraft",
    "Counts",
    "IssueDraft",
    "MeasureDraft",
    "Removed",
    "ReportDraft",
    "draft_json",
    "parse_report",
    "read_report",
]
