"""Draw the timeline of a run: a lane for each process, thread and task, what it did and what it waited for."""
