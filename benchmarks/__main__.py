"""``python -m benchmarks [--rounds N] [--posts N] [--sizes N,N]``: everything, in one table; with a name, one benchmark alone.

The names are those of modules beside this one; ``jekyll`` needs ``--site DIR``.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_NAMES = (
    *("crawl", "rebuild", "verify", "idle", "exports", "years", "handlers", "memory", "page", "workers", "sites", "growth"),
    "jekyll",
)


def _about(name: str) -> str:
    """What a benchmark measures; it is not loaded for this, since some need what a plain install lacks."""
    module = ast.parse(Path(__file__).with_name(f"{name}.py").read_text("utf-8"))
    return " ".join((ast.get_docstring(module) or "").split())


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; {self.prog} -h tells more\n")


parser = _Parser(prog="python -m benchmarks", description=" ".join(f"{name}: {_about(name)}" for name in _NAMES))
parser.add_argument("what", nargs="?", choices=_NAMES, help="one benchmark alone; all in one table without it")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--posts", type=int, default=3000)
parser.add_argument("--sizes", metavar="N,N", default="", help="posts of the archives that show growth: 1000,100000,1000000")
parser.add_argument("--formats", metavar="F,F", default="", help="growth: the exports that are measured, all without it")
of_sites = parser.add_argument_group("jekyll")
of_sites.add_argument("--site", type=Path, metavar="DIR", help="a checkout of a Jekyll site; nothing is written in it")
of_sites.add_argument(
    "--sample", type=int, default=1, metavar="N", help="source posts that are given; of one, several are tried"
)
of_sites.add_argument("--plugins", action="store_true", help="run the Ruby in the site's own _plugins")
of_sites.add_argument("--keep", type=Path, metavar="DIR", help="a new folder in which all that is made stays")
options = parser.parse_args()
try:
    sizes = [int(size) for size in options.sizes.split(",") if size]
except ValueError:
    parser.error(f"--sizes takes whole numbers with commas between them, not {options.sizes}")
try:
    benchmark = import_module(f"benchmarks.{options.what or 'everything'}")
except ModuleNotFoundError as error:
    sys.exit(f"this benchmark needs {error.name}, which the tests' environment has; make it with: make .venv/test.stamp")
compileall.compile_dir(Path(__file__).parents[1] / "crawler", quiet=2)  # as make does; what was edited since is slow to start
os.umask(0o022)  # nginx runs as another user, which must be able to read the replica
if options.what == "jekyll":
    if options.site is None:
        parser.error("jekyll needs --site DIR, a checkout of a Jekyll site")
    if not options.site.is_dir():
        parser.error(f"there is no folder {options.site}; --site names a checkout of a Jekyll site")
    if options.sample < 0:
        parser.error("--sample takes a number from 0 on")
    if options.keep and options.keep.exists() and (not options.keep.is_dir() or any(options.keep.iterdir())):
        parser.error(f"{options.keep} is there already; --keep names a new folder")
    from benchmarks.jekyll_site import CannotBuild

    try:
        benchmark.main(options.site.resolve(), options.sample, plugins=options.plugins, keep=options.keep)
    except CannotBuild as error:
        sys.exit(str(error))
    except OSError as error:
        if options.keep is None or error.filename is None or not Path(error.filename).is_relative_to(options.keep):
            raise
        sys.exit(f"{error.filename} cannot be written: {error.strerror}; name another folder with --keep")
elif options.what is None:
    benchmark.main(options.rounds, options.posts, sizes)
elif options.what == "growth":
    formats = [name for name in options.formats.split(",") if name] or benchmark.FORMATS
    unknown = [name for name in formats if name not in benchmark.FORMATS]
    if unknown:
        parser.error(f"--formats: no format {', '.join(unknown)}; there are {','.join(benchmark.FORMATS)}")
    benchmark.main(options.posts, sizes, formats)
else:
    benchmark.main(options.rounds, options.posts)
