"""The frontier that workers share: what Redis has of one crawl, as one worker sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import orjson

from crawler.cluster import scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redis import Redis

#: The key of the request that stands for looking for posts that no listing showed.
UNLISTED = b"unlisted"
#: For so many seconds Redis keeps when a crawl ended.
_ENDED = 86_400


@dataclass(frozen=True, slots=True)
class Push:
    """A request for the queue. ``once``: unless its key was ever put in."""

    key: bytes
    priority: int
    data: bytes
    once: bool = True


@dataclass(slots=True)
class Changes:
    """What a worker did since it last told Redis.

    ``claimed``: requests that it has in hand although Redis lost them, with their JSON.
    """

    claimed: list[tuple[bytes, bytes]] = field(default_factory=list)
    done: list[bytes] = field(default_factory=list)
    new: list[Push] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    #: Hosts that asked for a pause, with its milliseconds.
    rests: dict[str, int] = field(default_factory=dict)

    def arguments(self) -> Iterable[bytes | str | int]:
        """As the script takes them."""
        for claim in self.claimed:
            yield from claim
        yield from self.done
        for one in self.new:
            yield from (one.key, one.priority, int(one.once), one.data)
        yield from self.known
        for failure in self.failures.items():
            yield from failure

    def __bool__(self) -> bool:
        return bool(self.claimed or self.done or self.new or self.known or self.failures)


@dataclass(frozen=True, slots=True)
class Taken:
    """What Redis answers to a worker's changes.

    ``lost``: it does not have what the worker told it before. ``used``: another worker has the name by now.
    """

    state: Literal["ok", "lost", "used"]
    queued: int = 0
    leased: int = 0
    workers: int = 1
    #: Which of the workers, in the order of their names, this one is; from 0.
    place: int = 0
    #: The number of times that a worker has joined the crawl: it takes nothing before all others know of it.
    generation: int = 0
    #: Whether the worker had not been heard of for too long, and its leases were given back.
    expired: bool = False
    requests: Sequence[tuple[bytes, bytes]] = ()
    #: The hosts that rest, with the milliseconds that are left.
    rests: Mapping[Any, Any] = field(default_factory=dict)


class NameInUse(Exception):
    """Another worker has this name; the text says who."""


class OtherArguments(Exception):
    """The crawl that is under way has other arguments; the text tells them."""


class SharedFrontier:
    """The frontier of one site's crawl.

    :param lease: seconds after which a worker that is not heard of is thought to be dead.
    :param token: tells this worker from others of its name.
    """

    def __init__(self, server: Redis, site: str, worker: str, token: str, lease: float) -> None:
        self.server = server
        self.worker = worker
        self._prefix = f"backfile:{site}:"
        self._token = token
        self._ttl = int(lease * 1000)
        self._register, self._flush, self._unregister, self._turn = map(
            server.register_script, (scripts.REGISTER, scripts.FLUSH, scripts.UNREGISTER, scripts.TURN)
        )
        self._number = 0

    def register(self, arguments: str, started: float, *, force: bool = False) -> float:
        """Join the crawl that is under way, or begin one; returns when it began, in seconds since 1970.

        :param force: take the name of a worker that is certainly dead.
        :raises NameInUse: if a worker of this name lives.
        :raises OtherArguments: if a crawl with other arguments is under way.
        :raises redis.RedisError: if Redis does not answer.
        """
        own = self._own(arguments=arguments, started=repr(started), force=force)
        state, said = self._register([self._prefix], [own])
        if state == b"used":
            raise NameInUse(said.decode(errors="replace"))
        if state == b"differs":
            raise OtherArguments(said.decode(errors="replace"))
        self._number = 0
        return float(said)

    def exchange(self, changes: Changes, want: int, *, generation: int = 0, held: Sequence[bytes] | None = None) -> Taken:
        """Tell Redis these changes and take up to ``want`` requests.

        :param generation: the newest one for which this worker makes so few requests at a time as come to it.
        :param held: after an error, whose answer may have been lost: the requests that this worker really has.
        :raises redis.RedisError: if Redis does not answer; the same changes have to be told again.
        """
        counts = {name: len(getattr(changes, name)) for name in ("claimed", "done", "new", "known", "failures")}
        more = {} if held is None else {"held": [key.decode() for key in held]}
        own = self._own(number=self._number + 1, want=want, generation=generation, rests=changes.rests, **counts, **more)
        state, *rest = self._flush([self._prefix], [own, *changes.arguments()])
        if state != b"ok":
            return Taken("lost" if state == b"lost" else "used")
        self._number += 1
        queued, leased, workers, place, newest, expired, taken, rests = rest
        return Taken("ok", queued, leased, workers, place, newest, bool(expired), _pairs(taken), dict(_pairs(rests)))

    def unregister(self) -> tuple[int, int]:
        """Leave the crawl, and return how many requests wait (-1 if Redis knows of no crawl), and how many workers are left.

        :raises redis.RedisError: if Redis does not answer.
        """
        queued, workers = self._unregister([self._prefix], [self._own()])
        return int(queued), int(workers)

    def end(self, arguments: str) -> None:
        """Delete all that Redis has of the crawl, but for when it ended, unless another worker has joined it.

        :raises redis.RedisError: if Redis does not answer.
        """
        if self.server.scard(f"{self._prefix}workers"):
            return
        ended = f"{self._prefix}ended"
        self.server.set(ended, orjson.dumps([self._now(), arguments]), ex=_ENDED)
        for key in self.server.scan_iter(f"{self._prefix}*", 1000):
            if key != ended.encode():
                self.server.delete(key)

    def ended(self, arguments: str) -> float | None:
        """How many seconds ago the last crawl with these arguments ended; ``None`` if that is long ago, or one is under way.

        :raises redis.RedisError: if Redis does not answer.
        """
        found = self.server.get(f"{self._prefix}ended")
        if found is None or self.server.exists(f"{self._prefix}crawl"):
            return None
        time, told = orjson.loads(found)
        return max(0.0, self._now() - time) if told == arguments else None

    def _now(self) -> float:
        """The time of Redis's machine, which is one for all workers."""
        seconds, micros = self.server.time()
        return float(seconds + micros / 1e6)

    def failures(self) -> dict[str, str]:
        """What could not be had, and why."""
        found: dict[Any, Any] = self.server.hgetall(f"{self._prefix}failures")
        return {url.decode(): why.decode() for url, why in found.items()}

    def unknown(self, urls: Sequence[str], keys: Sequence[bytes]) -> list[str]:
        """Those of some posts that neither a listing showed nor a worker asked for; ``keys`` are their requests' keys."""
        if not urls:
            return []
        pipe = self.server.pipeline(transaction=False)
        pipe.smismember(f"{self._prefix}known", list(urls))
        pipe.smismember(f"{self._prefix}seen", list(keys))
        known, seen = pipe.execute()
        return [url for url, one, other in zip(urls, known, seen, strict=True) if not one and not other]

    def turn(self, host: str, delay: float) -> float:
        """Reserve the next turn to ask a host, behind which ``delay`` seconds pass for all; returns the seconds until it.

        :raises redis.RedisError: if Redis does not answer.
        """
        return int(self._turn([f"{self._prefix}turn:{host}"], [int(delay * 1000)])) / 1000

    def _own(self, **more: object) -> bytes:
        return orjson.dumps({"worker": self.worker, "token": self._token, "ttl": self._ttl} | more)


def _pairs(flat: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(flat[::2], flat[1::2], strict=True))
