"""What differs between the machines of readers, and therefore between the runs of `record` and `repeat`."""

import os
import string
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Variation:
    """What a program finds around it. The defaults are neutral: nothing particular to this machine, nothing unusual.

    `folder` is the name of its folder, `host` that of the machine, `zone` the time zone as in ``TZ``. `seed` is that of
    hashes, and moves the addresses of objects; None leaves both to chance. `last` is the process number after which the
    program's numbers come, None for some number of the usual width. `cores` limits the cores, None to those of this
    machine. `spawned` says that `multiprocessing` starts processes as on Windows and macOS, `pushed` that the caller is
    to push the program about.
    """

    folder: str = "home"
    host: str = "localhost"
    zone: str = "UTC0"
    seed: int | None = None
    last: int | None = None
    cores: int | None = None
    spawned: bool = False
    pushed: bool = False


NEUTRAL = Variation()


def varied(number: int) -> Variation:
    """Return the variation with this number, always the same. Number 0 is the neutral one; odd ones are pushed."""
    if not number:
        return NEUTRAL
    random = Random(number)
    letters = random.choices(string.ascii_lowercase, k=random.randint(1, 40))
    return Variation(
        folder="".join(letters) + " 练习",  # a space, and letters that not everything prints as they are
        host=random.choice(["a", "laptop-of-ada", "node-17"]),
        zone=f"XXX{random.choice('+-')}{random.randrange(12)}:{random.randrange(0, 60, 15):02}",
        seed=random.randrange(1, 1 << 32),
        last=random.choice([300, 3000, 30000, 300000, 3000000]) + random.randrange(500),
        cores=random.choice([1, 2, 4, 8]) if (os.cpu_count() or 1) > 1 else None,
        spawned=number % 7 == 4,
        pushed=number % 2 == 1,
    )
