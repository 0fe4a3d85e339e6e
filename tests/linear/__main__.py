"""``python -m tests.linear [READER…]``: how the processor time of each reader grows when a text is doubled, and doubled again."""

from __future__ import annotations

import sys
import time

from tests.linear.readers import READERS, read
from tests.linear.seeds import SEEDS, hostile

#: Shorter times say nothing.
_LEAST = 0.05


def seconds(name: str, seed: str, size: int) -> float:
    """The processor time of one reading."""
    text = hostile(seed, size)
    start = time.process_time()
    read(name, text)
    return time.process_time() - start


for name in sys.argv[1:] or READERS:
    read(name, "x")
    grown = [(seed, [seconds(name, seed, size) for size in (50_000, 100_000, 200_000)]) for seed in SEEDS]
    shown = [
        f"  {seed!r}: " + ", ".join(f"{each:.2f} s" for each in times)
        for seed, times in grown
        if times[0] > _LEAST and times[2] > 6 * times[0]
    ]
    print(f"{name}: {sum(sum(times) for _, times in grown):.1f} s", *shown, sep="\n", flush=True)
