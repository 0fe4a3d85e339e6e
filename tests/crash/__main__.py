"""``python -m tests.crash``: kills runs at every step, at random moments, and with the power; prints the table."""

from __future__ import annotations

import argparse
import sys
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from crawler.scratch import scratch_folder
from tests.crash.ground import Aftermath, Ground, ground, killed_at_random
from tests.crash.steps import COMMITS, STEPS, Death

if TYPE_CHECKING:
    from pathlib import Path


def main() -> int:
    """Gives the exit code: 1 if an archive was not what an undisturbed run makes."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of what is lost with the power")
    given = parser.parse_args()
    good = True
    with scratch_folder() as folder, ground(folder) as made:
        print(f"an undisturbed run: {made.requests} requests, {made.seconds:.1f} s\n")
        print(
            f"{'killed':44} {'call':>5} {'commits':>8} {'ended':>6} {'next run':>9} {'asked':>6} {'verify':>7}  equal  mended"
        )
        for (step, call), commits in product(STEPS, COMMITS):
            root = folder / f"step{len(list(folder.iterdir()))}"
            code = made.crawl_killed(root, Death(step, call, commits))
            good &= show(step, call, commits, made.aftermath(root, code))
        good &= at_random(made, folder, 50)
        for (step, call), commits in product(STEPS, COMMITS):
            root = folder / f"power{len(list(folder.iterdir()))}"
            code, lost = made.cut_power(root, Death(step, call, commits), Random(f"{given.seed} {step} {call} {commits}"))
            good &= show(f"power cut ({len(lost)} files): {step}", call, commits, made.aftermath(root, code))
    return 0 if good else 1


def at_random(made: Ground, folder: Path, number: int) -> bool:
    """So many kills, spread over the length of a run."""
    results = killed_at_random(made, folder, number)
    for kill, result in enumerate(results):
        if not result.good:
            show("at a random moment", kill, 2.0, result)
    print(f"killed at {len(results)} random moments: {sum(result.good for result in results)} good")
    return all(result.good for result in results)


def show(step: str, call: int, commits: float, came: Aftermath) -> bool:
    """One row."""
    said = "; ".join(came.mended)[:60]
    print(
        f"{step[:44]:44} {call:5} {commits:8} {came.code:6} {came.next_code:9} {came.asked:6} {came.verify_code:7}  "
        f"{'yes' if came.equal else 'NO':5}  {said}",
        flush=True,
    )
    return came.good


if __name__ == "__main__":
    sys.exit(main())
