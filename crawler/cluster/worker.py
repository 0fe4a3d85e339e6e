"""One worker of a crawl: its name, what it shares with the others, and its archive."""

from __future__ import annotations

import os
import re
import secrets
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from crawler.errors import CannotRun, without_password
from crawler.invocation import install

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.archive.lock import Lock
    from crawler.archive.workers.worker_archive import WorkerArchive
    from crawler.cluster.durable import Durable
    from crawler.cluster.frontier import SharedFrontier

#: A name goes into those of files and of keys; a hyphen would end it there.
_NAME = re.compile(r"[A-Za-z0-9_]{1,40}", re.ASCII)
_OTHER = re.compile(r"[^A-Za-z0-9_]+", re.ASCII)


class NotInstalled(CannotRun):
    """One line: the extra ``cluster`` is not installed."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Worker:
    """A worker that has joined a crawl.

    ``lock`` is the archive's, which all workers share; ``started`` is when the crawl began, in seconds since 1970.
    """

    name: str
    frontier: SharedFrontier
    lock: Lock
    archive: WorkerArchive
    started: float
    #: The spider arguments, which all workers have: as JSON.
    arguments: str
    #: How many seconds it goes on without Redis.
    patience: float
    #: What makes its captures safe from the loss of the process, or of the machine.
    durable: Durable

    @classmethod
    def of(cls, crawler: Crawler) -> Worker:
        """The worker that a crawler is."""
        return _WORKERS[crawler]

    def join(self, crawler: Crawler) -> None:
        """Be the worker of a crawler."""
        _WORKERS[crawler] = self


_WORKERS: WeakKeyDictionary[Crawler, Worker] = WeakKeyDictionary()


def worker_name(settings: BaseSettings) -> str:
    """The name of this worker: ``WORKER``, else the machine's name and the number of the process.

    :raises CannotRun: for a name that cannot be part of a file's.
    """
    given = str(settings["WORKER"] or "")
    if given and not _NAME.fullmatch(given):
        raise CannotRun(f"WORKER={given!r} is no name for a worker; it takes up to 40 letters, digits and underscores")
    return given or f"{_OTHER.sub('_', socket.gethostname())[:28]}_{os.getpid()}"


def new_token() -> str:
    """What tells this process from others of its name; it also tells a person where it runs."""
    return f"process {os.getpid()} on {socket.gethostname()} ({secrets.token_hex(8)})"


def connected(url: str) -> Redis:
    """The Redis at ``url``, which answers.

    :raises CannotRun: if it does not, or if the extra is not installed.
    """
    try:
        from crawler.cluster.scrapy_redis_parts import connect
    except ImportError as error:
        raise NotInstalled(f"CLUSTER takes what is not installed ({error.name}); {install('cluster')}") from None
    try:
        with telling(url):
            server = connect(url)
            server.ping()
    except ValueError as error:
        shown = without_password(url)
        raise CannotRun(f"CLUSTER={shown} is no address of a Redis ({error}); write it like redis://127.0.0.1:6379/0") from None
    return server


@contextmanager
def telling(url: str) -> Iterator[None]:
    """Say in one line why the Redis at ``url`` does not do what it is asked.

    :raises CannotRun: if it does not.
    """
    from redis import AuthenticationError, ConnectionError, RedisError, TimeoutError  # noqa: A004 - of an extra

    try:
        yield
    except RedisError as error:
        shown, why = without_password(url), " ".join(str(error).split()).rstrip(".")
        if isinstance(error, (ConnectionError, TimeoutError)) and not isinstance(error, AuthenticationError):
            raise CannotRun(f"no Redis answers at CLUSTER={shown} ({why}); start one with: redis-server") from None
        raise CannotRun(f"the Redis at CLUSTER={shown} refuses ({why}); look at its settings, and at the address") from None
