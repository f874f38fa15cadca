"""Make every Python process of an example print line by line, as on a terminal, though its output is collected.

The folder of this file comes first on `PYTHONPATH`, so that the processes that an example starts inherit it.
"""

import io
import sys

if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(line_buffering=True)
