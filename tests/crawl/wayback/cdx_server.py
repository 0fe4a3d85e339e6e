"""What CDX servers of all kinds answer, as a function of their rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.crawl.wayback.cdx_list import Refused

if TYPE_CHECKING:
    from crawler.crawl.wayback.cdx import CdxLine


@dataclass
class CdxServer:
    """What a CDX server of one kind answers: rows in the order of their keys, some of them."""

    rows: list[CdxLine]
    own_limit: int | None = None
    #: "both" of from= and to= are heeded, only "from", "none" of them, or they are "refused".
    times: str = "both"
    has_keys: bool = False
    #: So many rows are in each page of a server with pages; whether one behind the last is refused, and their number is told.
    page_size: int = 0
    refuses_pages: bool = True
    tells_pages: bool = True
    is_array: bool = False
    by_time: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)

    async def ask(self, query: dict[str, str]) -> bytes:
        self.asked.append(query)
        rows = sorted(self.rows, key=lambda row: (row.timestamp, row.url) if self.by_time else (row.url, row.timestamp))
        if self.page_size:
            pages = -(-len(rows) // self.page_size)
            if "showNumPages" in query and self.tells_pages:
                return json.dumps({"pages": pages, "pageSize": 1} if self.refuses_pages else pages).encode()
            number = int(query.get("page", "0"))
            if number >= pages and self.refuses_pages:
                text = f"Page {number} invalid: First Page is 0, Last Page is {pages - 1}" if self.tells_pages else ""
                raise Refused("HTTP 400", 400, text.encode())
            rows = rows[number * self.page_size :][: self.page_size]
        rows = self._of_times(rows, query)
        start = int(query.get("resumeKey", "0"))
        end = start + min(int(query.get("limit", "100000")), self.own_limit or len(rows))
        key = str(end) if self.has_keys and end < len(rows) else ""
        return self._written(rows[start:end], key)

    def _of_times(self, rows: list[CdxLine], query: dict[str, str]) -> list[CdxLine]:
        if self.times == "refused" and {"from", "to"} & query.keys():
            raise Refused("HTTP 400", 400)
        first = query.get("from", "") if self.times in ("both", "from") else ""
        last = query.get("to", "") if self.times == "both" else ""
        return [row for row in rows if row.timestamp >= first and (not last or row.timestamp <= last.ljust(14, "9"))]

    def _written(self, rows: list[CdxLine], key: str) -> bytes:
        if self.is_array:
            head = ["timestamp", "original", "statuscode", "digest"]
            return json.dumps([head, *map(list, rows), *([[], [key]] if key else [])] if rows else []).encode()
        lines = [json.dumps({"timestamp": t, "url": u, "status": str(s), "digest": d}) for t, u, s, d in rows]
        return "\n".join([*lines, *(["", key] if key else [])]).encode()
