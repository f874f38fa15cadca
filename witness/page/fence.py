"""The `result` fence of a page: turns the path of a result file into HTML.

MkDocs imports this module, for `fence`, before the theme. So this is the place to turn off messages that mean nothing
to readers of the site: the theme's notice, and the log and warnings of its search.
"""

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

# MkDocs counts errors logged below its own name; they fail a strict build.
_log = logging.getLogger("mkdocs.witness")
_PATH = "examples/processes/fork.out"


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any) -> str:
    """Format a `result` fence for `pymdownx.superfences`; `source` is the path of a result, EXAMPLES/CHAPTER/NAME.out.

    An error appears on the page and in the log, where it fails a strict build.
    """
    path = Path(source.strip())
    if len(source.split()) != 1:
        return _failed(f"a `result` fence holds one path, such as {_PATH}, and nothing else; this one: {source[:72]!r}")
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
        return _failed(f"{path}: {error.strerror}; write the path of a result, such as {_PATH}")
    except Exception as error:  # superfences would ignore it, and show the path as text
        return _failed(f"{path}: a bug in witness, not in this file; please report it: {type(error).__name__}: {error}")


def _failed(message: str) -> str:
    _log.error(message)
    return f'<div class="admonition failure"><p class="admonition-title">{escape(message)}</p></div>'
