from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.archive.captures import Captures
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.limits import Limits
from crawler.warc.record import RawExchange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2022, 3, 3, 15, 30, 0, 123456, tzinfo=UTC)


def wire(url: str = "https://s/a", body: bytes = b"<p>x</p>", status: int = 200, time: datetime = NOW) -> RawExchange:
    return RawExchange(
        url=url,
        time=time,
        request=b"GET /a HTTP/1.1\r\nHost: s\r\n\r\n",
        status=status,
        headers=[(b"Content-Type", b"text/html"), (b"Etag", b'"1"'), (b"Transfer-Encoding", b"chunked")],
        body=body,
        ip="192.0.2.1",
    )


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Captures]:
    """Opens the archive folder of this test, as a new run would.

    A run before it that was not closed ends as kill -9 would end it: what SQLite was not told to commit is gone.
    """
    before: list[Catalog] = []

    def open_(limits: Limits | None = None) -> Captures:
        while before:
            before.pop()._db.close()
        before.append(Catalog(tmp_path / "catalog.sqlite"))
        captures = Captures(tmp_path / "captures", "s", before[0], limits or Limits(), {"operator": "test"})
        captures.recover(str)
        return captures

    return open_
