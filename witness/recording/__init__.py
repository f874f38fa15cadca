"""What the result file of an example should say, and what is known of the example from earlier runs.

`check` finds what is no longer true, `record` writes result files, `evidence` keeps what runs have shown.
"""
