"""``python -m benchmarks [crawl|rebuild|idle|exports|years|handlers|memory] [--rounds N] [--posts N]``."""

from __future__ import annotations

import argparse
import os

from benchmarks import crawl, exports, handlers, idle, memory, rebuild, years

_ALL = {
    "crawl": crawl,
    "rebuild": rebuild,
    "idle": idle,
    "exports": exports,
    "years": years,
    "handlers": handlers,
    "memory": memory,
}

parser = argparse.ArgumentParser(
    prog="python -m benchmarks", description=" ".join(f"{name}: {module.__doc__}" for name, module in _ALL.items())
)
parser.add_argument("what", nargs="?", choices=_ALL, default="crawl")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--posts", type=int, default=3000)
options = parser.parse_args()
os.umask(0o022)  # nginx runs as another user, which must be able to read the replica
_ALL[options.what].main(options.rounds, options.posts)
