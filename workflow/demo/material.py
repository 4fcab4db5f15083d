"""The sample that the demonstration plays: a report, its people, and who answers for what."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from states.errors import Message, NotFound

REPORT = "qingxi-county-2025.txt"
PEOPLE = "qingxi-people.csv"
ASSIGNMENTS = "qingxi-assignments.csv"
HERO = 4
"""The number of the issue that the story follows from beginning to end."""


def sample() -> Path:
    """Return the folder of the sample: inside the installed package, else in the checkout.

    Raises ``NotFound`` if neither is there.
    """
    with as_file(files("workflow") / "examples") as packaged:
        for folder in (packaged, Path(__file__).parents[2] / "examples"):
            if (folder / REPORT).is_file():
                return folder
    raise NotFound(Message("no_sample", "the sample report was not installed with this package"))


def lay_out(folder: Path, language: str) -> None:
    """Put the sample, and a configuration of its own, into a folder that is made for it."""
    material = sample()
    folder.mkdir(parents=True)
    for name in (REPORT, PEOPLE, ASSIGNMENTS):
        shutil.copyfile(material / name, folder / name)
    config = f'[office]\nlanguage = "{language}"\n\n[mail]\nfrom = "rectify@qingxi.example"\n'
    (folder / "config.toml").write_text(config, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Post:
    """Who answers for an issue."""

    leader: str
    person: str


def posts(folder: Path) -> dict[int, Post]:
    """Return who answers for each issue, by its number, as the sample assigns it."""
    with (folder / ASSIGNMENTS).open(encoding="utf-8-sig", newline="") as file:
        return {
            int(row["issue"].rpartition("-")[2]): Post(row["leader"], row["person"])
            for row in csv.DictReader(file)
        }
