"""``python -m tests.failures``: calls every command in the face of every failure, and prints the table for docs/operations.md.

Names of commands (``"learn shore"``) are the only ones called, ``-v`` shows what they say.
"""

from __future__ import annotations

import sys

from crawler.scratch import scratch_folder
from tests.failures.commands import COMMANDS
from tests.failures.failures import FAILURES, applies, ground
from tests.failures.table import head, row
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, forked
from tests.replica.server import ReplicaServer
from tests.spiders.stranger import learned


def main() -> int:
    """Gives the exit code: 1 if some command showed a traceback or called itself defect."""
    good = True
    with scratch_folder() as scratch, ReplicaServer(BUILT) as replica, forked():
        crawl(replica.origins, scratch / "crawled")
        learned(scratch / "crawled")
        print(head())
        names = set(sys.argv[1:]) - {"-v"}
        wanted = [called for called in COMMANDS if called.name in names or not names]
        for number, called in enumerate(wanted):
            cells = {}
            for failure, befalls in FAILURES.items():
                if applies(called, failure):
                    folder = scratch / f"{number}-{failure.replace(' ', '-')}"
                    folder.mkdir()
                    made = ground(scratch / "crawled", folder, replica, called.site)
                    with befalls(made, called):
                        done = made.call(called)
                    cells[failure] = done.returncode
                    if "Traceback" in done.stdout + done.stderr or "a defect of" in done.stderr or "-v" in sys.argv:
                        print(f"{called.name}: {failure}: {done.stderr[-2000:]}", file=sys.stderr)
                        good &= "Traceback" not in done.stdout + done.stderr and "a defect of" not in done.stderr
            print(row(called.name, cells), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
