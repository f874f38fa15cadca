"""The language of result files: parse a result file, and decide whether a run is legal by it. It knows text only.

>>> from witness.language import Output, Run, decide, parse
>>> result = parse("$ python a.py\\na| one {n:int=1}\\nb| two\\n")
>>> decide(result, Run((Output((("two", None), ("one 7", None))),))).legal
True
"""

from witness.language.decide import Verdict, decide, recorded
from witness.language.grammar import PROPOSED
from witness.language.lines import Block, Lane, Line, Region, literal
from witness.language.orders import first_alike, orders
from witness.language.parse import bytes_of, parse, read, text_of
from witness.language.parts import Computed, Part, Reference, Shuffled, Text, Variable, Varying
from witness.language.result import Fault, Result, ResultError, Terminal
from witness.language.run import Output, Printed, Run, fold_tracebacks, folded, visible
from witness.language.types import TYPES
