"""``python -m benchmarks [--rounds N] [--posts N]``."""

from __future__ import annotations

import argparse

from benchmarks import crawl

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=crawl.__doc__)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--posts", type=int, default=3000)
given = parser.parse_args()
crawl.main(given.rounds, given.posts)
