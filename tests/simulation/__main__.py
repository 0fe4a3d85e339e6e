"""``python -m tests.simulation``: lets weeks pass and prints what came of them."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from datetime import timedelta

from crawler.scratch import scratch_folder
from tests.replica.build import JekyllMissing
from tests.simulation.plan import build_world, plan
from tests.simulation.simulate import Outcome, Weather, simulate


def main() -> int:
    """Print the table; gives the exit code: 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--every", type=float, default=10, help="minutes between two runs")
    parser.add_argument("--posts", type=int, default=100, help="posts a day")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    start = time.monotonic()
    with scratch_folder() as folder:
        world = plan(given.seed, given.days, given.posts)
        try:
            build_world(folder, world)
        except JekyllMissing as error:
            print(error, file=sys.stderr)
            return 2
        outcome = simulate(folder, world, given.days, Weather(timedelta(minutes=given.every)), given.seed)
    show(outcome, given.days, given.every, time.monotonic() - start)
    return 0 if outcome.good else 1


def show(outcome: Outcome, days: int, every: float, seconds: float) -> None:
    """The table."""
    requests = outcome.requests
    rows = {
        "simulated": f"{days} days, a run every {every:g} minutes ({seconds:.0f} s of real time)",
        "runs": ", ".join(f"{number} {what}" for what, number in sorted(outcome.runs.items())),
        "exit codes": ", ".join(f"{code}: {number}" for code, number in sorted(outcome.exit_codes.items())),
        "requests a run": f"median {statistics.median(requests):g}, mean {statistics.mean(requests):.1f}, most {max(requests)}",
        "answers 304": f"{100 * outcome.unchanged / max(1, sum(requests)):.0f} %",
        "posts in the archive": outcome.posts,
        "posts lost": len(outcome.lost),
        "edits, unseen ones": f"{outcome.edits}, {len(outcome.unseen_edits)}",
        "wrong source posts": len(outcome.wrong),
        "files too many": outcome.duplicates,
        "gone and not noted": len(outcome.not_gone),
        "noted as gone and up": len(outcome.wrongly_gone),
        "missed by the shortcut": outcome.missed_by_shortcut,
    }
    for label, value in rows.items():
        print(f"{label:24} {value}")
    for line, number in outcome.losses.items():
        print(f"a run named: {line} ({number} times)")
    for name in ("lost", "unseen_edits", "wrong", "not_gone", "wrongly_gone"):
        for post_id in getattr(outcome, name):
            print(f"{name}: {post_id}")


if __name__ == "__main__":
    sys.exit(main())
