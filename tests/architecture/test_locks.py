"""The locks fit ``pyproject.toml`` and each other, and pin every package by its hashes."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.sources import ROOT

LOCKS = ("runtime", "build", "dev")
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9-]*)(?:\[[^]]*\])?==(\S+)")


def pins(lock: str) -> dict[str, str]:
    """The version of each package in a lock."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    return {match[1]: match[2] for line in text.splitlines() if (match := REQUIREMENT.match(line))}


def wanted(requirements: list[object]) -> set[str]:
    names = [re.split(r"[^A-Za-z0-9_.-]", r)[0] for r in requirements if isinstance(r, str)]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hashes(lock):
    text = (ROOT / "requirements" / f"{lock}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)[1:]

    assert len(blocks) == len(pins(lock)) > 0
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_the_development_lock_holds_the_others_at_the_same_versions():
    development = pins("dev").items()

    assert pins("runtime").items() <= development
    assert pins("build").items() <= development


def test_the_locks_hold_everything_that_the_project_asks_for():
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    groups = project["dependency-groups"]

    assert wanted(project["project"]["dependencies"]) <= set(pins("runtime"))
    assert wanted(groups["build"]) | wanted(project["build-system"]["requires"]) <= set(
        pins("build")
    )
    extras = project["project"]["optional-dependencies"].values()
    assert wanted(groups["dev"]).union(*map(wanted, extras)) <= set(pins("dev"))
