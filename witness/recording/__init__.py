"""What the result file of an example should say, and what has been seen of it.

`check` says what is no longer true, `record` writes it, `evidence` keeps what is known of an example.
"""
