"""What is scrapy-redis's: its connection, its scheduler and the names of its keys. No other module imports it.

scrapy-redis 0.9 was written for older versions of Scrapy and of redis-py. What of it they no longer like is left out here: the
connection's parameter ``retry_on_timeout``, pickled requests, and ``dupefilter.from_settings``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis.backoff import NoBackoff
from redis.retry import Retry
from scrapy_redis.connection import get_redis
from scrapy_redis.scheduler import Scheduler

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["Scheduler", "connect"]

#: Seconds in which Redis has to answer; a worker waits for nothing else meanwhile.
_TIMEOUT = 5.0


def connect(url: str) -> Redis:
    """A client for the Redis at ``url``. An error is raised at once: the scheduler tries again later.

    :raises ValueError: if this is no address of a Redis.
    """
    server: Redis = get_redis(
        url=url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0), **_BYTES
    )
    return server


#: Answers are bytes: requests are stored as JSON.
_BYTES: dict[str, Any] = {"decode_responses": False}
