"""``python -m tests.faults``: what each fault in a third of all answers costs, and whether the next run mends it."""

from __future__ import annotations

import sys
from datetime import timedelta

from crawler.scratch import scratch_folder
from tests.faults.faults import HARMLESS, LASTING, PASSING
from tests.faults.ground import Run, tired


def main() -> int:
    """Gives the exit code: 1 if anything was wrong, or not mended."""
    good = True
    head = f"{'fault in a third of all answers':32} {'ended':>5} {'named':>6} {'posts wrong, missing':>22}   well again: ended, missing"
    with scratch_folder() as folder, tired(folder) as ground:
        print(head)
        for number, (fault, spoil) in enumerate((HARMLESS | PASSING | LASTING).items()):
            ground.set(spoil)
            first = ground.run(folder / f"root{number}", RETRY_AFTER_MAX="2")
            ground.set(None)
            second = ground.run(folder / f"root{number}", timedelta(minutes=5))
            print(
                f"{fault:32} {first.code:5} {named(first):6} {wrong(first):>22}   {second.code}, {len(second.compared.missing)}",
                flush=True,
            )
            good &= first.honest and second.code == 0 and second.compared.good
    return 0 if good else 1


def named(run: Run) -> int:
    """Losses that the run's report names."""
    losses: int = run.report["losses"]
    return losses


def wrong(run: Run) -> str:
    """How what is there compares with the source."""
    return f"{len(run.compared.wrong)}, {len(run.compared.missing)}"


if __name__ == "__main__":
    sys.exit(main())
