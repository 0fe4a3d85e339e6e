"""``scrapy browse SITE``: serves the archive to a browser."""

from __future__ import annotations

import errno
import os
import signal
import socket
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import number
from crawler.commands.streams import print_stderr
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD
from crawler.invocation import install
from crawler.scratch import scratch_folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

_LAST_PORT = 65535
_PORT_ERRORS = (errno.EADDRINUSE, errno.EACCES)
_OPTION = {"port": "--port", "address": "--host"}
_SERVER: dict[str, Any] = {"log_level": "warning", "access_log": False, "lifespan": "on", "timeout_graceful_shutdown": 3}


class Command(OfflineMixin, ScrapyCommand):
    """Updates the SQLite export, then serves it with Datasette until it is stopped (Ctrl-C).

    By default only this machine can connect; with --host 0.0.0.0, others can, too. Exit codes: 0 stopped; 2 could not run;
    3 the database is in use.
    """

    summary = "Search and read an archive in a browser"
    example = "browse finews --port 8002"
    interrupt_exit_code: ClassVar[int] = GOOD

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--host", default="127.0.0.1", help="who may ask; 127.0.0.1: this machine alone")
        parser.add_argument("--port", type=number, default=8001, help="8001 if not given; 0: any that is free")
        parser.add_argument("--database", metavar="FILE", help="the SQLite export; ARCHIVE_ROOT/SITE.db if not given")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Update the export and serve it."""
        assert self.settings is not None
        try:
            import uvicorn

            from crawler.exporters.browse.serve import application
        except ImportError as error:
            raise CannotRun(f"browsing takes {error.name}; {install('browse')}") from None
        from crawler.batch.processes import workers
        from crawler.batch.show import ProgressDisplay
        from crawler.exporters.filters import Filter
        from crawler.exporters.posts import ExportRequest, export, useful_jobs

        site, archive = self.site_and_archive(args)
        database = Path(opts.database) if opts.database else archive.with_name(f"{site.name}.db")
        place = _place(opts.host, opts.port)
        with _writable(database) as database:
            with ProgressDisplay() as progress, workers(useful_jobs(archive, os.cpu_count() or 1)) as at_work:
                done = export(ExportRequest(site, archive, "sqlite", database, Filter(), "last"), at_work, progress)
            for path, why in done.lost:
                print_stderr(f"not shown: {path}: {why}")
            server = uvicorn.Server(uvicorn.Config(application(self.settings, site, database), **_SERVER))

            def stop(*_: object) -> None:
                server.should_exit = True

            for sent in (signal.SIGINT, signal.SIGTERM):  # before the server runs, they must work, too
                signal.signal(sent, stop)
            with closing(_listener(place)) as listener:
                for line in _addresses(listener):
                    print(line, flush=True)
                server.run(sockets=[listener])
        return GOOD


@dataclass(frozen=True, slots=True)
class _Place:
    """The address and port to listen at."""

    family: int
    host: str
    port: int

    def unusable(self, why: str, what: str) -> CannotRun:
        return CannotRun(f"nobody can be served at {self.host}:{self.port}: {why}; name another {what} with {_OPTION[what]}")


def _place(host: str, port: int) -> _Place:
    """Check host and port before the database is made, which may take a while."""
    if not 0 <= port <= _LAST_PORT:
        raise CannotRun(f"--port {port} is no port; there are those from 0 (any that is free) to {_LAST_PORT}")
    if not host:
        raise CannotRun("--host is empty; 127.0.0.1 is this machine alone, 0.0.0.0 lets others in")
    place = _Place(0, host, port)
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise place.unusable(getattr(error, "strerror", None) or str(error), "address") from None
    if port and ip_address(address[0]).is_loopback:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(address) == 0:
                raise place.unusable(os.strerror(errno.EADDRINUSE), "port")
    return _Place(family, host, port)


def _listener(place: _Place) -> socket.socket:
    try:
        return socket.create_server((place.host, place.port), family=place.family)
    except OSError as error:
        what = "port" if error.errno in _PORT_ERRORS else "address"
        raise place.unusable(error.strerror or str(error), what) from None


def _addresses(listener: socket.socket) -> Iterator[str]:
    """The addresses to print, first the one to open on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - that is what the person asked for
        yield f"http://127.0.0.1:{port}/"
        yield f"from elsewhere: http://{socket.gethostname()}:{port}/"
    else:
        yield f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


@contextmanager
def _writable(database: Path) -> Iterator[Path]:
    """The database; if it cannot be written, a temporary copy of it."""
    if os.access(database.parent, os.W_OK) and (not database.exists() or os.access(database, os.W_OK)):
        yield database
        return
    with scratch_folder() as folder:
        copy = folder / database.name
        print_stderr(f"{database} cannot be written; the database is in {folder} for as long as this runs")
        if database.exists():
            copyfile(database, copy)
        yield copy
