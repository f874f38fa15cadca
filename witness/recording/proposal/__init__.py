"""What the first result of a program should say, by many runs of it: who prints what, what varies, what has an order.

`looks` masks in each line what varies, `alike` finds the same line in all runs, `lanes` says who prints a line, with
what traced runs tell (`traces`), `variables` and `parts` what a part that varies may be, and `propose` puts all that
together.
"""
