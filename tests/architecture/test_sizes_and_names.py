"""The tail is guarded: no long file, no long function, no name that says nothing."""

from __future__ import annotations

import ast
import importlib

import pytest

from tests.architecture.sources import (
    FOLDERS,
    PACKAGES,
    ROOT,
    functions,
    name_of,
    parsed,
    python_files,
)

LONGEST_FILE = 300
# It travels alone, in one file, to somebody who reads it whole before believing it.
ALONE = "workflow/proof/rectify_verify.py"
LONGEST_ALONE = 1200
LONGEST_FUNCTION = 50
MOST_PUBLIC_NAMES = 20
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "core", "misc"}


def test_no_file_is_longer_than_300_lines():
    lengths = {
        name_of(path): len(path.read_bytes().splitlines()) for path in python_files(*FOLDERS)
    }

    assert lengths.pop(ALONE) <= LONGEST_ALONE
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines():
    lengths = {
        f"{name_of(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in python_files(*FOLDERS)
        for function in functions(parsed(path))
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_no_module_or_folder_has_a_name_that_says_nothing():
    modules = [path.relative_to(ROOT) for path in python_files(*FOLDERS)]

    assert [str(m) for m in modules if SAYS_NOTHING & {*m.parts[:-1], m.stem}] == []


def test_every_module_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in python_files(*FOLDERS)
        if path.stat().st_size and not ast.get_docstring(parsed(path))
    ]

    assert silent == []


def test_no_folder_of_tests_shadows_a_package():
    folders = {path.name for path in (ROOT / "tests").rglob("*") if path.is_dir()}

    assert folders.isdisjoint(PACKAGES)
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_lists_its_few_public_names(package):
    module = importlib.import_module(package)

    assert len(module.__all__) <= MOST_PUBLIC_NAMES
    assert [name for name in module.__all__ if not hasattr(module, name)] == []
