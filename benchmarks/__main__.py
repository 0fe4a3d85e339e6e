"""``python -m benchmarks [crawl|rebuild] [--rounds N] [--posts N]``."""

from __future__ import annotations

import argparse

from benchmarks import crawl, rebuild

parser = argparse.ArgumentParser(prog="python -m benchmarks", description=f"crawl: {crawl.__doc__} rebuild: {rebuild.__doc__}")
parser.add_argument("what", nargs="?", choices=("crawl", "rebuild"), default="crawl")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--posts", type=int, default=3000)
given = parser.parse_args()
(crawl if given.what == "crawl" else rebuild).main(given.rounds, given.posts)
