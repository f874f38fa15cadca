"""The figures of docs/choose.md are drawn from its recorded results: `--record update` draws them again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from plots import FIGURES, draw

FOLDER = Path("docs/assets/choose")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_what_was_recorded(
    name: str, record_property: Callable[[str, object], None], pytestconfig: pytest.Config
) -> None:
    path, drawn = FOLDER / f"{name}.svg", draw(name)
    if path.is_file() and path.read_text() == drawn:
        return
    if not pytestconfig.getoption("record"):
        how = f"draw it again: uv run pytest --record update -k {name} {Path(__file__).relative_to(Path.cwd())}"
        pytest.fail(f"{path} does not show what {FIGURES[name].result}.out has; {how}", pytrace=False)
    path.write_text(drawn)
    record_property("recorded", f"{path}: drawn anew")


def test_there_is_no_other_figure() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == FIGURES.keys()
