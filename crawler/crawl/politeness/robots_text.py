"""What an answer for a robots.txt tells, and its text for a parser: in one encoding, of bounded length and cost. Pure."""

from __future__ import annotations

import codecs
import re
from datetime import timedelta

#: How long a robots.txt may be used without asking again (RFC 9309, 2.4).
AGE = timedelta(hours=24)
#: A parser is given so many rules at most, which take it 200 MB; each rule of a group counts for each of its user agents.
#: RFC 9309, 2.5, asks for 500 KiB at least, which nobody fills with so many.
_RULES = 500_000
_FOUND, REDIRECTS, _SERVER_ERROR = 200, range(300, 400), 500
#: Statuses below 500 by which a server says that it cannot answer now: 408 (too slow), 425 (too early), 429 (too often).
_BUSY = (408, 425, 429)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins like the one of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AGENT = re.compile(r"[ \t]*user[ \t-]?agent\b", re.IGNORECASE)


def tells(status: int) -> bool:
    """Whether a status tells what robots.txt says: there is one (2xx), or there is none (4xx). RFC 9309, 2.3.1.

    >>> [status for status in (200, 204, 301, 401, 403, 404, 408, 410, 429, 500, 503, 999) if tells(status)]
    [200, 204, 401, 403, 404, 410]
    """
    return (_FOUND <= status < _SERVER_ERROR) and status not in (*REDIRECTS, *_BUSY)


class UnreadableRobots(Exception):
    """A robots.txt that no parser should be given; the text says why."""


def readable(body: bytes) -> bytes:
    r"""A robots.txt in UTF-8 without a byte order mark.

    :raises UnreadableRobots: if it would take a parser too much time and memory.

    >>> readable("User-agent: *\r\nDisallow: /新".encode("utf-16")).decode()
    'User-agent: *\r\nDisallow: /新'
    """
    text = _decoded(body)
    if _rules(text) > _RULES:
        raise UnreadableRobots(f"it has more than {_RULES:,} rules")
    return text.encode()


def _decoded(body: bytes) -> str:
    """The text; what is no character is left out, as Scrapy does, so that one bad byte in a comment costs no rule."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "ignore")
    if b"\0" in body[:4]:  # every rule begins with an ASCII letter, which tells the encoding
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "ignore")
    return body.decode("utf-8", "ignore")


def _rules(text: str) -> int:
    """How many rules a parser would keep."""
    total = agents = 0
    in_agents = False
    for line in text.splitlines():
        if _AGENT.match(line):
            agents, in_agents = (agents + 1 if in_agents else 1), True
        elif line.strip() and not line.lstrip().startswith("#"):
            total, in_agents = total + agents, False
    return total
