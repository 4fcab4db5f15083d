"""Whole issues for lists of their parts: of one issue that is named, or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.issue import Issue
    from workflow.bootstrap import App


def issues_of(app: App, text: str | None) -> list[Issue]:
    """Return the issue that is named, or every one that is not voided, in the list's order."""
    if text is not None:
        return [app.engine.view(app.engine.key_of(text)).issue]
    return app.engine.issues()
