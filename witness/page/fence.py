"""The `result` fence of a page: from the path of a result file to what is shown of it.

MkDocs imports this module, for `fence`, before the theme. So here is the place to turn off what is said besides, and is
nothing for who reads these pages: the notice of the theme, the log and the warnings of its search.
"""

from __future__ import annotations

import logging
import os
import warnings
from html import escape
from pathlib import Path
from typing import Any

from witness.examples import Example
from witness.language import ResultError, read
from witness.page.html import render
from witness.recording.evidence import load

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
logging.getLogger("jieba").disabled = True
warnings.filterwarnings("ignore", module=r".*\bjieba\b")

# MkDocs counts what is logged below its own name, so that a strict build fails.
_log = logging.getLogger("mkdocs.witness")


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """A formatter for `pymdownx.superfences`; `source` is the path of a result file: EXAMPLES/CHAPTER/NAME.out.

    What can't be shown is an error in the log, which a strict build counts, and on the page.
    """
    path = Path(source.strip())
    try:
        result = read(path)
        examples = path.parent.parent
        example = Example(examples, path.relative_to(examples).with_suffix("").as_posix())
        evidence = load(example, result)
        return render(
            result,
            example.name,
            programs=example.files,
            observation=evidence.observation,
            trace=evidence.trace if evidence.trace and evidence.trace.is_drawn else None,
        )
    except ResultError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{path}: {error.strerror}; a result fence holds a path such as examples/processes/fork.out")


def _failed(message: str) -> str:
    _log.error(message)
    return f'<div class="admonition failure"><p class="admonition-title">{escape(message)}</p></div>'
