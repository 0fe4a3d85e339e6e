"""``python -m tests.together``: runs pairs of commands at one time until the given seconds are over; prints the table."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from itertools import product
from random import Random

from crawler.scratch import scratch_folder
from tests.together.commands import COMMANDS
from tests.together.ground import Outcome, ground


def main() -> int:
    """Gives the exit code: 1 if a rule was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.together", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="pairs with a command of this name")
    given = parser.parse_args()
    rng, outcomes = Random(given.seed), list[Outcome]()
    end = time.monotonic() + given.seconds
    with scratch_folder() as folder, ground(folder) as made:
        pairs = [(*pair, kill) for pair in product(COMMANDS, COMMANDS) for kill in (None, 0, 1)]
        pairs = [pair for pair in pairs if not given.only or given.only in (pair[0].name, pair[1].name)]
        while time.monotonic() < end:
            for first, second, kill in rng.sample(pairs, len(pairs)):
                outcomes.append(made.together(first, second, rng, kill=kill))
                show(outcomes[-1])
                if time.monotonic() >= end:
                    break
    table(outcomes)
    return 1 if any(outcome.faults for outcome in outcomes) else 0


def show(outcome: Outcome) -> None:
    """Print a pair of which a rule was broken."""
    for fault in outcome.faults:
        killed = f", {outcome.killed.name} killed" if outcome.killed else ""
        print(f"{outcome.first.name} + {outcome.second.name}{killed} {outcome.codes}: {fault}", flush=True)


def table(outcomes: list[Outcome]) -> None:
    """Print how each command ended beside the others."""
    print(f"\n{'command':34} {'times':>6} {'done':>6} {'in use':>7} {'killed':>7} {'broken':>7}")
    for command in COMMANDS:
        codes, broken = Counter[int](), 0
        for outcome in outcomes:
            for one, code in zip((outcome.first, outcome.second), outcome.codes, strict=True):
                if one is command:
                    codes[code] += 1
                    broken += bool(outcome.faults)
        done = codes[0] + codes[1]
        print(f"{command.name[:34]:34} {codes.total():6} {done:6} {codes[3]:7} {codes[-9]:7} {broken:7}")
    bad = sum(bool(outcome.faults) for outcome in outcomes)
    print(f"{len(outcomes)} pairs, {bad} with a broken rule")


if __name__ == "__main__":
    sys.exit(main())
