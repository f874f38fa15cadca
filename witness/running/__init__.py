"""Run examples as on a terminal: what the terminal shows, and which process wrote each line.

`run` runs one example, a `Runner` many side by side. `witness.running.interpreters` finds the Pythons to run them on.
"""

from witness.running.pool import WORKERS, Runner, Turn, is_alone, run
from witness.running.terminals import Play
from witness.running.variation import NEUTRAL, Variation, varied
