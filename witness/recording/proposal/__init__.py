"""Propose the first result of a program from many runs: who prints what, what varies, what comes before what.

`looks` masks what varies in each line, `alike` finds the same line in all runs, `lanes` decides who prints it, with the
help of traced runs (`traces`), `variables` and `parts` decide what each varying part may be, and `propose` puts all
that together.
"""
