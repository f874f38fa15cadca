"""Propose the first result of a program from many runs: who prints what, what varies, what comes before what.

`looks` masks what varies in each line, `alike` finds the same line in all runs, `traces` makes the traced runs. `order`
decides which line must precede which, and `lanes` who prints it, with the `workers` that lines name. `variables` and
`parts` decide what each varying part may be, and `propose` puts all that together.
"""
