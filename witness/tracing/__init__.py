"""What each lane of a run did and when: the collector inside the program, its notes, and the trace made of them."""
