"""``scrapy browse SITE``: the archive in a browser."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from crawler.commands.guard import complain
from crawler.commands.offline import Offline
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD
from crawler.invocation import install


class Command(Offline, ScrapyCommand):
    """Brings the SQLite export up to date, then serves it with Datasette until it is stopped (Ctrl-C).

    On the loopback, for nobody but you; --host 0.0.0.0 lets others in. Exit codes: 0 stopped; 2 could not run.
    """

    does = "Search and read an archive in a browser"
    interrupted: ClassVar[int] = GOOD

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--host", default="127.0.0.1", help="who may ask; 127.0.0.1: this machine alone")
        parser.add_argument("--port", type=int, default=8001, help="8001 if not given; 0: any that is free")
        parser.add_argument("--database", metavar="FILE", help="the SQLite export; ARCHIVE_ROOT/SITE.db if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Serve it."""
        assert self.settings is not None
        try:
            import uvicorn

            from crawler.browse.serve import application
        except ImportError as error:
            raise CannotRun(f"browsing takes {error.name}; install it with: {install('browse')}") from None
        from crawler.bulk.run import workers
        from crawler.bulk.show import Show
        from crawler.exporters.filters import Filter
        from crawler.exporters.posts import Order, export, useful

        site, archive = self.archive(args)
        database = Path(opts.database) if opts.database else archive.with_name(f"{site.name}.db")
        with Show() as progress, workers(useful(archive, os.cpu_count() or 1)) as at_work:
            done = export(Order(site, archive, "sqlite", database, Filter(), "last"), at_work, progress)
        for path, why in done.lost:
            complain(f"not shown: {path}: {why}")
        listener = _listen(opts.host, opts.port)
        print(f"http://{opts.host}:{listener.getsockname()[1]}/{database.stem}/posts?_sort_desc=date", flush=True)
        config: dict[str, Any] = {"log_level": "warning", "access_log": False, "lifespan": "on"}
        uvicorn.Server(uvicorn.Config(application(self.settings, site, database), **config)).run(sockets=[listener])
        return GOOD


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise CannotRun(f"nobody can be served at {host}:{port}: {error.strerror or error}; name another with --port") from None
