"""The models of this peer: an issue with its transitions, what is owed, and who is to be told."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_fsm import FSMField, transition
from django_fsm_log.decorators import fsm_log_description

from benchmarks.peers import ruling


def _may(event: str) -> Any:
    def permitted(issue: Any, role: str) -> bool:
        return ruling.allowed(event, role)

    return permitted


def _step(event: str) -> Any:
    rule = ruling.RULES[event]
    return transition("state", source=rule.source, target=rule.target, permission=_may(event))


class Issue(models.Model):
    """The issue, moved by its own methods; each move is logged by django-fsm-log."""

    key = models.CharField(max_length=40, unique=True)
    title = models.TextField()
    unit = models.TextField(db_index=True)
    state = FSMField(default="reported")
    person = models.TextField()
    leader = models.TextField()
    measures = models.IntegerField()
    n = models.IntegerField()
    hash = models.TextField()

    class Meta:
        app_label = "fsm"

    @fsm_log_description
    @_step("draft_plan")
    def draft_plan(self, description: str = "") -> None:
        """Draft the plan."""

    @fsm_log_description
    @_step("return_plan")
    def return_plan(self, description: str = "") -> None:
        """Return the plan."""

    @fsm_log_description
    @_step("approve_plan")
    def approve_plan(self, description: str = "") -> None:
        """Approve the plan."""


class Obligation(models.Model):
    """What is owed."""

    id = models.CharField(max_length=80, primary_key=True)
    issue = models.CharField(max_length=40, db_index=True)
    kind = models.TextField()
    subject = models.TextField()
    role = models.TextField()
    person = models.TextField(null=True)
    due = models.CharField(max_length=10)
    ladder = models.TextField()
    opened_by = models.IntegerField()
    opened_on = models.CharField(max_length=10)
    remind_on = models.CharField(max_length=10, db_index=True)
    closed_by = models.IntegerField(null=True)
    closed_because = models.TextField(null=True)

    class Meta:
        app_label = "fsm"


class Notice(models.Model):
    """Who is to be told."""

    key = models.CharField(max_length=200, unique=True)
    issue = models.TextField()
    template = models.TextField()
    recipient = models.TextField()
    channel = models.TextField()
    address = models.TextField()
    language = models.TextField()
    facts = models.TextField()
    message_id = models.TextField()
    status = models.TextField()
    created_at = models.TextField()

    class Meta:
        app_label = "fsm"


class Worker(models.Model):
    """Who may do what, and where they are reached."""

    id = models.CharField(max_length=40, primary_key=True)
    name = models.TextField()
    role = models.TextField()
    unit = models.TextField(db_index=True)
    address = models.TextField()

    class Meta:
        app_label = "fsm"
