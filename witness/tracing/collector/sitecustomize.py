"""Python imports this first in every process; it starts the collector, which then is no module that a program finds.

Neither does Python find it when it ends: what it knows of is emptied then, and a last line could no longer be noted.
"""

import sys

import witness_collector.collector.start  # type: ignore[import-not-found]  # noqa: F401
import witness_terminal as terminal  # type: ignore[import-not-found]  # noqa: F401

for name in [name for name in sys.modules if name.startswith("witness_")]:
    del sys.modules[name]
