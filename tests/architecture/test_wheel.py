"""The wheel holds the three packages with their data, and nothing else."""

from __future__ import annotations

import gettext
import io
import os
import subprocess
import sys
import zipfile

import pytest

from tests.architecture.sources import PACKAGES, ROOT

FINDING_THEIR_DATA = """
import notifications
from notifications.rendering.renderer import Renderer
from notifications.samples.trying import check_templates
from notifications.words.labels import ROLES
from notifications.words.catalog import translate

print(notifications.__file__)
print(*check_templates(Renderer()))
print(translate(ROLES["supervisor"], "zh"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_three_packages_alone(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert tops == {*PACKAGES, "rectification-0.1.0.dist-info"}


def test_the_wheel_holds_the_data_of_the_packages(wheel):
    names = set(wheel.namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in {".toml", ".j2", ".typed", ".po", ".sql", ".mako"}
    }

    assert data <= names
    assert {f"{package}/py.typed" for package in PACKAGES} <= names


def test_the_wheel_holds_the_compiled_translations(wheel):
    content = wheel.read("notifications/locale/zh/LC_MESSAGES/rectify.mo")
    catalog = gettext.GNUTranslations(io.BytesIO(content))

    assert catalog.info()["language"] == "zh"


def test_modules_find_their_templates_and_translations_where_the_wheel_was_unpacked(
    wheel, tmp_path
):
    wheel.extractall(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}

    done = subprocess.run(
        [sys.executable, "-c", FINDING_THEIR_DATA],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )

    file = tmp_path / "notifications" / "__init__.py"
    assert done.stdout.splitlines() == [str(file), "", "督办人"]


def test_the_command_stands_in_the_wheel(wheel):
    entry_points = wheel.read("rectification-0.1.0.dist-info/entry_points.txt").decode()

    assert "rectify = workflow.cli:main" in entry_points
