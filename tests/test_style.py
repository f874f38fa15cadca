"""The package and its tests are typed, linted and formatted, and no room imports what is above it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy", "lint-imports --no-cache --no-logo"])
def test_style(command: str) -> None:
    name, *options = command.split()
    program = shutil.which(name, path=Path(sys.executable).parent)
    assert program
    done = subprocess.run([program, *options], capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"{command}\n{done.stdout}{done.stderr}", pytrace=False)
