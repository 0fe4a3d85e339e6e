"""``python -m benchmarks [--rounds N] [--posts N] [--sizes N,N]``: everything, in one table; with a name, one benchmark alone.

The names are those of the modules in ``_ALL``, and ``jekyll``, which needs ``--site DIR``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import crawl, everything, exports, growth, handlers, idle, jekyll, memory, page, rebuild, sites, workers, years
from benchmarks.jekyll_site import CannotBuild

_ALL = {
    "crawl": crawl,
    "rebuild": rebuild,
    "idle": idle,
    "exports": exports,
    "years": years,
    "handlers": handlers,
    "memory": memory,
    "page": page,
    "workers": workers,
    "sites": sites,
    "growth": growth,
}

parser = argparse.ArgumentParser(
    prog="python -m benchmarks",
    description=" ".join(f"{name}: {module.__doc__}" for name, module in (_ALL | {"jekyll": jekyll}).items()),
)
parser.add_argument("what", nargs="?", choices=[*_ALL, "jekyll"], help="one benchmark alone; all in one table without it")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--posts", type=int, default=3000)
parser.add_argument("--sizes", metavar="N,N", default="", help="posts of the archives that show growth: 1000,100000,1000000")
of_sites = parser.add_argument_group("jekyll")
of_sites.add_argument("--site", type=Path, metavar="DIR", help="a checkout of a Jekyll site; nothing is written in it")
of_sites.add_argument("--sample", type=int, default=1, metavar="N", help="source posts that the second run is given")
of_sites.add_argument("--plugins", action="store_true", help="run the Ruby in the site's own _plugins")
of_sites.add_argument("--keep", type=Path, metavar="DIR", help="a new folder in which all that is made stays")
options = parser.parse_args()
os.umask(0o022)  # nginx runs as another user, which must be able to read the replica
if options.what == "jekyll":
    if options.site is None:
        parser.error("jekyll needs --site DIR, a checkout of a Jekyll site")
    try:
        jekyll.main(options.site.resolve(), options.sample, plugins=options.plugins, keep=options.keep)
    except CannotBuild as error:
        sys.exit(str(error))
elif options.what is None:
    everything.main(options.rounds, options.posts, [int(size) for size in options.sizes.split(",") if size])
else:
    _ALL[options.what].main(options.rounds, options.posts)
