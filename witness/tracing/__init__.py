"""Who did what when in a run: the collector inside the program, its notes, and the trace that is made of them."""
