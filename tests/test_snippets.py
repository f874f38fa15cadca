"""Every Python block of the pages is well written; every short snippet prints what it says."""

from pathlib import Path
from typing import Any

import pytest
from conftest import refuse
from pytest_examples import CodeExample, EvalExample, find_examples

SNIPPETS = [block for block in find_examples("docs") if "--8<--" not in block.source]


@pytest.fixture
def evaluate(eval_example: EvalExample) -> EvalExample:
    # The rules of the project, less those for libraries. 72 columns fit a page; a Chinese character takes two.
    ignore = ["A", "B", "N", "PT", "PTH", "RUF", "SIM"]
    version: Any = "py311"  # newer than those that the annotation of `set_config` lists
    eval_example.set_config(
        line_length=72, ruff_line_length=72, quotes="double", target_version=version, ruff_ignore=ignore
    )
    return eval_example


@pytest.mark.parametrize("example", SNIPPETS, ids=str)
def test_snippet_prints_what_it_says(example: CodeExample, evaluate: EvalExample) -> None:
    said = []
    try:
        if evaluate.update_examples:
            evaluate.format(example)
            evaluate.run_print_update(example)
        else:
            evaluate.lint(example)
            evaluate.run_print_check(example)
    except pytest.fail.Exception as failed:
        said = [str(failed)]
    except Exception as error:  # its traceback has a line of the page, at which pytest gives up
        said = [f"it raises {type(error).__name__}: {error}"]
    refuse(said, "To format it, and fill in what it prints: uv run pytest tests/test_snippets.py --update-examples")


def test_every_page_of_a_chapter_has_a_snippet() -> None:
    pages = {page for page in Path("docs").rglob("*.md") if page.parent != Path("docs")}
    refuse(
        (f"{page}: it has no snippet" for page in sorted(pages - {snippet.path for snippet in SNIPPETS})),
        "Show something in a few lines, in a fence ```python, with what they print behind `#>`.",
    )


def test_no_snippet_asks_about_the_process_that_it_shares_with_the_tests() -> None:
    asks = "threading.enumerate", "active_count", "active_children", "_current_frames", "get_objects", "sys.modules"
    asking = [str(snippet) for snippet in SNIPPETS if any(ask in snippet.source for ask in asks)]
    assert not asking, f"make these programs in examples/: {', '.join(asking)}"
