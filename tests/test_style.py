"""The package and its tests are typed, linted and formatted, and no room imports what is above it."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, tool


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy", "lint-imports --no-cache --no-logo"])
def test_style(command: str) -> None:
    tool(*command.split())


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "typos"])
def test_what_git_ignores_is_not_checked_where_there_is_no_repository(command: str, tmp_path: Path) -> None:
    for name in ".gitignore", "_typos.toml", "pyproject.toml":
        shutil.copy(ROOT / name, tmp_path)
    for folder in re.findall("^/(.+)/$", (ROOT / ".gitignore").read_text(), re.MULTILINE):
        (tmp_path / folder.replace("*", "mypy")).mkdir()
        (tmp_path / folder.replace("*", "mypy") / "a.py").write_text("import  os # te\x68\n")
    tool(*command.split(), cwd=tmp_path)
