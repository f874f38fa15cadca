"""What differs between the machines of readers, and so between the runs of `record` and `repeat`."""

from __future__ import annotations

import os
import string
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Variation:
    """What a program finds around it; as it stands here, nothing that is this machine's, and nothing unusual.

    `folder` is the name of its folder, `host` that of the machine, `zone` what the time of day is, as TZ says it.
    `seed` is that of hashes, and moves the addresses of objects; None leaves both to chance. After process `last`
    come the next numbers, None for any of the usual width. There are `cores`, None for those of this machine. Whether
    the program is `pushed` about is for who runs it to see to.
    """

    folder: str = "home"
    host: str = "localhost"
    zone: str = "UTC0"
    seed: int | None = None
    last: int | None = None
    cores: int | None = None
    pushed: bool = False


NEUTRAL = Variation()


def varied(number: int) -> Variation:
    """The variation of this number, always the same; 0 is the neutral one, and every second is pushed."""
    if not number:
        return NEUTRAL
    random = Random(number)
    letters = random.choices(string.ascii_lowercase, k=random.randint(1, 40))
    return Variation(
        folder="".join(letters),
        host=random.choice(["a", "laptop-of-ada", "node-17"]),
        zone=f"XXX{random.choice('+-')}{random.randrange(12)}:{random.randrange(60):02}:{random.randrange(60):02}",
        seed=random.randrange(1, 1 << 32),
        last=random.choice([300, 3000, 30000, 300000, 3000000]) + random.randrange(500),
        cores=random.choice([1, 2, 4, 8]) if (os.cpu_count() or 1) > 1 else None,
        pushed=number % 2 == 1,
    )
