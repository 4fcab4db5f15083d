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
