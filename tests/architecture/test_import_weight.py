"""What is not needed is not loaded: the library stays light and the commands answer at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = {"sqlalchemy", "apscheduler", "click", "jinja2", "sqlite3", "smtplib"}
NOT_FOR_READING = {"apscheduler", "jinja2", "smtplib", "alembic", "docx", "defusedxml", "lxml"}
SHOW_MODULES = "\nimport json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
COMMAND = """
import sys
from workflow.cli import main
sys.argv[0] = "rectify"
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""


def modules_after(program: str, *arguments: str, cwd) -> set[str]:
    """The names of all modules that a fresh interpreter holds after running ``program``."""
    done = subprocess.run(
        [sys.executable, "-c", program + SHOW_MODULES, *arguments],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if not name.startswith("RECTIFY")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_library_loads_no_database_scheduler_mail_or_command_line(tmp_path):
    assert modules_after("import sys, workflow", cwd=tmp_path) & HEAVY == set()


@pytest.mark.parametrize("package", ["states", "notifications", "workflow"])
def test_a_package_loads_none_of_those_above_it(package, tmp_path):
    order = ["states", "notifications", "workflow"]
    above = set(order[order.index(package) + 1 :])

    assert modules_after(f"import sys, {package}", cwd=tmp_path) & above == set()


def test_the_help_loads_neither_database_nor_scheduler_nor_templates_nor_mail(tmp_path):
    loaded = modules_after(COMMAND, "--help", cwd=tmp_path)

    assert loaded & (NOT_FOR_READING | HEAVY - {"click"}) == set()


def test_the_list_loads_neither_scheduler_nor_templates_nor_mail_nor_migrations(tmp_path):
    modules_after(COMMAND, "init", cwd=tmp_path)

    assert modules_after(COMMAND, "list", cwd=tmp_path) & NOT_FOR_READING == set()


NOT_FOR_A_LIST = {
    "notifications.notice",
    "states.calendar",
    "states.evolution",
    "states.guards",
    "states.issue",
    "states.machine",
    "workflow.cli.past",
    "workflow.evidence",
    "workflow.ports",
    "workflow.proof",
    "workflow.setting_kinds",
    "workflow.storage.chasing",
    "workflow.storage.log",
    "workflow.storage.notices",
    "workflow.storage.outbox",
    "workflow.storage.seal_tables",
}


def test_the_list_reads_columns_and_loads_nothing_that_folds_writes_or_sends(tmp_path):
    modules_after(COMMAND, "init", cwd=tmp_path)

    assert modules_after(COMMAND, "list", cwd=tmp_path) & NOT_FOR_A_LIST == set()


START = """
import gc, sys
from dataclasses import is_dataclass
from workflow import cli
looked = []
gc.callbacks.append(lambda phase, info: looked.append(gc.get_threshold()[0]))
sys.argv = ["rectify", "list"]
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
ours = [m for name, m in list(sys.modules.items())
        if name.partition(".")[0] in ("states", "notifications", "workflow")]
classes = {c for m in ours for c in vars(m).values()
           if isinstance(c, type) and c.__module__ == m.__name__ and is_dataclass(c)}
print(len(ours), len(classes), sum(threshold > 700 for threshold in looked))
"""


def test_the_list_makes_few_data_classes_and_ends_before_garbage_is_looked_for(tmp_path):
    """To make a data class takes half a millisecond, a struct a hundredth of that; looking for
    garbage once among all that SQLAlchemy makes takes 20 ms."""
    modules_after(COMMAND, "init", cwd=tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    modules, data_classes, collections = map(int, done.stdout.split())

    assert modules <= 80
    assert data_classes <= 12
    assert collections == 0
