"""The contracts of ``.importlinter`` hold, and each of them notices when it is broken."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("states", "notifications", "workflow")
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


@dataclass(frozen=True)
class Violation:
    """A line added to a module (a new one where there is none), and the contract it breaks."""

    contract: str
    module: str
    line: str


VIOLATIONS = [
    # upwards, between the packages and inside each of them
    Violation("packages", "states/issue.py", "import notifications"),
    Violation("packages", "states/issue.py", "import workflow"),
    Violation("packages", "notifications/notice.py", "import workflow.engine"),
    Violation("states", "states/errors.py", "from states.decision import decide"),
    Violation("notifications", "notifications/notice.py", "from notifications import rendering"),
    Violation("workflow", "workflow/ports.py", "from workflow import engine"),
    Violation("workflow", "workflow/engine/desk.py", "from workflow import storage"),
    Violation("storage", "workflow/storage/tables.py", "from workflow.storage import store"),
    Violation("proof", "workflow/proof/keys.py", "from workflow.proof import sealing"),
    Violation("cli", "workflow/cli/terminal/screen.py", "from workflow.cli import naming"),
    Violation("migrations", "workflow/storage/migrations/env.py", "import workflow.storage.tables"),
    # sideways
    Violation("states", "states/diagram.py", "from states.audit import replay"),
    Violation("notifications", "notifications/words/labels.py", "import notifications.planning"),
    Violation("workflow", "workflow/exchange/reading.py", "from workflow import storage"),
    Violation("storage", "workflow/storage/outbox.py", "from workflow.storage import session"),
    Violation("proof", "workflow/proof/bundle/parsing.py", "import workflow.proof.sealing"),
    Violation("cli", "workflow/cli/people/people.py", "import workflow.cli.completion.duties"),
    # a module that nobody placed
    Violation("states", "states/leftovers.py", ""),
    Violation("notifications", "notifications/leftovers.py", ""),
    Violation("workflow", "workflow/leftovers.py", ""),
    Violation("cli", "workflow/cli/leftovers.py", ""),
    Violation("storage", "workflow/storage/leftovers.py", ""),
    Violation("proof", "workflow/proof/leftovers.py", ""),
    # a second door to a dependency
    Violation("door-transitions", "states/decision.py", "import transitions"),
    Violation("door-databases", "workflow/engine/desk.py", "from sqlalchemy import text"),
    Violation("door-databases", "workflow/bootstrap.py", "import alembic.command"),
    Violation("door-sqlite3", "workflow/memory/store.py", "import sqlite3"),
    Violation("door-msgspec", "workflow/exchange/reading.py", "import msgspec.json"),
    Violation("door-apscheduler", "workflow/bootstrap.py", "import apscheduler"),
    Violation("door-click", "workflow/exchange/reading.py", "import click"),
    Violation("door-jinja2", "workflow/cli/issues/showing.py", "from jinja2 import Template"),
    Violation("door-documents", "workflow/cli/issues/showing.py", "import docx"),
    Violation(
        "door-documents", "workflow/cli/issues/showing.py", "from defusedxml import ElementTree"
    ),
    Violation("door-documents", "workflow/config.py", "import xml.etree.ElementTree"),
    Violation("door-smtplib", "notifications/channels/smtp/channel.py", "import smtplib"),
    Violation("door-imaplib", "notifications/channels/archive/looking.py", "import imaplib"),
    Violation("door-urllib3", "notifications/channels/wecom/app.py", "import urllib3"),
    Violation("door-apprise", "notifications/channels/chatting.py", "import apprise"),
    Violation("door-holidays", "workflow/exchange/reading.py", "import holidays"),
    Violation("door-cryptography", "workflow/engine/desk.py", "import cryptography"),
    Violation("door-segno", "workflow/cli/issues/showing.py", "import segno"),
    # the file that travels alone
    Violation("alone", "workflow/proof/rectify_verify.py", "from states import log"),
    # input and output where none belongs
    Violation("pure", "states/issue.py", "import socket"),
    Violation("pure", "notifications/notice.py", "import sqlite3"),
    Violation("pure", "workflow/engine/desk.py", "import time"),
    # what runs whatever a file says
    Violation("unsafe", "workflow/exchange/reading.py", "import pickle"),
    # a circle that the layers allow
    Violation("acyclic", "states/guards/case.py", "from states.guards import people"),
]


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def contracts() -> dict[str, configparser.SectionProxy]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {
        name.removeprefix(prefix): parser[name]
        for name in parser.sections()
        if name.startswith(prefix)
    }


@pytest.fixture
def checkout(tmp_path):
    """A copy of the three packages and their contracts, to break."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy2(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_contract_has_a_violation_here():
    assert {violation.contract for violation in VIOLATIONS} == set(contracts())


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda v: f"{v.contract}:{v.module}:{v.line}")
def test_a_violation_breaks_its_contract(checkout, violation):
    module = checkout / violation.module
    assert module.exists() or not violation.line
    with module.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{violation.line}\n")

    done = lint(checkout, "--contract", violation.contract)

    assert "0 kept, 1 broken" in done.stdout, done.stdout
    assert done.returncode == 1


def test_everything_forbidden_to_the_core_is_noticed(checkout):
    forbidden = contracts()["pure"]["forbidden_modules"].split()
    with (checkout / "states/issue.py").open("a", encoding="utf-8") as stream:
        stream.writelines(f"\nimport {name}" for name in forbidden)

    done = lint(checkout, "--contract", "pure")

    assert [name for name in forbidden if f"states.issue -> {name}" not in done.stdout] == []
