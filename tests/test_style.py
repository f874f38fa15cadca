"""The package and its tests are typed, linted and formatted, and no room imports what is above it."""

import pytest
from conftest import tool


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy", "lint-imports --no-cache --no-logo"])
def test_style(command: str) -> None:
    tool(*command.split())
