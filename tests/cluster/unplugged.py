"""``python -m tests.cluster.unplugged ARCHIVE LOG ARGUMENTS…``: ``scrapy`` that notes in ``LOG`` what it syncs."""

from __future__ import annotations

import sys

from scrapy.cmdline import execute

from tests.crash.power import noting

if __name__ == "__main__":
    noting(*sys.argv[1:3])
    execute(["scrapy", *sys.argv[3:]])
