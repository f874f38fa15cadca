"""Draw the timeline of a run: a lane for each process, thread and task, with what it did and what it waited for."""
