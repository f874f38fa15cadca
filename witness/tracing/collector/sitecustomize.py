"""Start the collector, and take it out of `sys.modules`; Python imports this module first in every process.

So no program finds the collector, and Python does not clear its modules at exit, before a last line could be noted.
"""

import sys

import witness_collector.collector.start  # type: ignore[import-not-found]  # noqa: F401
import witness_terminal as terminal  # type: ignore[import-not-found]  # noqa: F401

for name in [name for name in sys.modules if name.startswith("witness_")]:
    del sys.modules[name]
