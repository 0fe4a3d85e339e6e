"""Which links of a site's pages a run follows that does not know the site yet: all of its own, and traps end.

Everything here is pure: pages and links go in, addresses to request come out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.counted import counted
from crawler.markup.links.address import normal, split
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scrapy.settings import BaseSettings

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
#: What differs between the pages of a pager or a calendar.
_NUMBER = re.compile(rf"\d+|(?<![a-z])(?:{_MONTHS})[a-z]{{0,6}}(?![a-z])", re.IGNORECASE)
#: Queries that number pages; on a site of files, any other gives the same file as none.
_PAGER_QUERY = re.compile(r"(?:page|paged|pg|p|start|offset)=\d{1,6}", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")
_DAY = 16
#: Fewer addresses in a script are no list of pages.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class ExploreLimits:
    """How far a run goes. Each is a setting of the same name with ``EXPLORE_`` before it, which says what it means."""

    pages: int = 50_000
    depth: int = 50
    empty: int = 3
    repeats: int = 2

    @classmethod
    def of(cls, settings: BaseSettings) -> ExploreLimits:
        """The limits that the settings set."""
        return cls(*(settings.getint(f"EXPLORE_{name}") for name in ("PAGES", "DEPTH", "EMPTY", "REPEATS")))


class Explorer:
    """The pages of one run: each is followed once, and what was not followed is counted by the limit that it reached.

    :param home: the address of the home page; what lies in its folder on its host is the site's own.
    :param canonical: gives the form of an address that captures are filed under.
    """

    def __init__(self, home: str, canonical: Callable[[str], str], limits: ExploreLimits) -> None:
        self._home, self._canonical, self._limits = home, canonical, limits
        self._depths: dict[str, int] = {}
        #: By the shape of a pager: the addresses that its pages have shown; and how many pages in a row showed nothing new.
        self._shown: dict[str, set[int]] = {}
        self._empty: dict[str, int] = {}
        self._bodies: dict[bytes, str] = {}
        #: Links that were not followed: the setting that says why, with the number of addresses and the first of them.
        self.ended: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._counted: set[int] = set()
        #: Addresses whose queries were left out.
        self.queries: Counter[str] = Counter()

    @property
    def found(self) -> int:
        """How many addresses are followed so far."""
        return len(self._depths)

    def address(self, url: str) -> str | None:
        """The address of one of the site's own pages as it is requested; ``None`` for any other.

        >>> explorer = Explorer("https://s/b/", str, ExploreLimits())
        >>> [explorer.address(f"https://s/{path}") for path in ("b/x#y", "b/?page=2", "b/?share=1", "b", "c")]
        ['https://s/b/x', 'https://s/b/?page=2', 'https://s/b/', 'https://s/b/', None]
        """
        plain = normal(url)
        if plain is None:
            return None
        path, _, query = plain.partition("?")
        found = self._canonical(path)
        if found == self._home.rstrip("/"):
            found = self._home
        if not found.startswith(self._home):
            return None
        if query and not _PAGER_QUERY.fullmatch(query):
            self.queries[found] += 1
            query = ""
        return f"{found}?{query}" if query else found

    def seed(self, url: str) -> str | None:
        """The address of a page that is named and not linked to, as by a sitemap; ``None`` if it is not to be requested now."""
        found = self.address(url)
        return found if found is not None and self._take(found, 0) else None

    def is_list(self, urls: Sequence[str]) -> bool:
        """Whether addresses that a script has are a list of the site's pages: several, and one that is followed already."""
        return len(urls) >= _FEWEST and any(self.address(url) in self._depths for url in urls)

    def redirected(self, page: str, url: str) -> str | None:
        """The address to request because a page was redirected to this one: it counts as the page itself."""
        found = self.address(url)
        if found is None or not self._take(found, self._depths.get(page, 0)):
            return None
        self._empty[found] = self._empty.get(page, 0)
        return found

    def links(self, page: str, body: bytes, urls: Iterable[str]) -> Iterator[str]:
        """The addresses to request because a page with this body links to these, each in the run's own form, and each once.

        :param page: the address at which the page was requested.
        """
        digest = hashlib.blake2b(body, digest_size=_DAY).digest()
        if self._bodies.setdefault(digest, page) != page:
            return  # the server answers any address alike: its relative links would lead on for ever
        addresses = dict.fromkeys(found for url in urls if (found := self.address(url)) is not None)
        shape, depth = shape_of(page), self._depths.get(page, 0)
        seen = self._shown.setdefault(shape, set())
        others = {hash(one) for one in addresses if shape_of(one) != shape}
        is_new = not others <= seen
        seen |= others
        empty = 0 if is_new else self._empty.get(page, 0) + 1
        for one in addresses:
            if one in self._depths:
                continue
            in_chain = shape_of(one) == shape
            if in_chain and empty >= self._limits.empty:
                self._end("EXPLORE_EMPTY", one)
            elif self._take(one, depth if in_chain and is_new else depth + 1) and in_chain:
                self._empty[one] = empty
            if one in self._depths:
                yield one

    def _take(self, url: str, depth: int) -> bool:
        """Whether an address is followed now, for the first time."""
        if url in self._depths:
            return False
        for setting, limit, value in (
            ("EXPLORE_REPEATS", self._limits.repeats, repeats(url)),
            ("EXPLORE_DEPTH", self._limits.depth, depth),
            ("EXPLORE_PAGES", self._limits.pages, len(self._depths) + 1),
        ):
            if value > limit:
                self._end(setting, url)
                return False
        self._depths[url] = depth
        return True

    def _end(self, setting: str, url: str) -> None:
        if hash(url) not in self._counted:
            self._counted.add(hash(url))
            self.ended[setting] += 1
            self.examples.setdefault(setting, url)

    def reached(self, url: str) -> tuple[int, int] | None:
        """How many links from the home page an address is, and how many pages before it showed nothing new."""
        return (self._depths[url], self._empty.get(url, 0)) if url in self._depths else None

    def resume(self, url: str, depth: int, empty: int) -> None:
        """Go on with an address that another worker :meth:`reached`."""
        self._depths.setdefault(url, depth)
        self._empty.setdefault(url, empty)

    def told(self) -> Iterator[tuple[str, str]]:
        """What was not followed, by limit: an address, and a line on it."""
        for setting, number in self.ended.items():
            if self.examples[setting] in self._depths and number == 1:
                continue  # another page led there
            limit = getattr(self._limits, setting.removeprefix("EXPLORE_").lower())
            left_out = counted(number, "address", "addresses")
            yield self.examples[setting], f"{left_out} like this one not followed: {_REASONS[setting]} ({setting}={limit})"


_REASONS = {
    "EXPLORE_REPEATS": "a part of the path occurs again and again, as in a trap",
    "EXPLORE_DEPTH": "too many links away from the home page",
    "EXPLORE_PAGES": "the site has more pages than a run takes",
    "EXPLORE_EMPTY": "numbered pages before showed nothing new, as in a trap",
}


def shape_of(url: str) -> str:
    """What the pages of one pager or calendar have in common.

    >>> shape_of("https://s/page/12/?page=3"), shape_of("https://s/cal/2031/March/")
    ('/page/#?page=#', '/cal/#/#')
    """
    parts = split(url)
    path = ENDING.sub("", parts.path)
    return _NUMBER.sub("#", f"{path}?{parts.query}" if parts.query else path)


def repeats(url: str) -> int:
    """How often a part of a path occurs in it, numbers apart; parts without a letter do not count.

    >>> repeats("https://s/page2/page3/page4/"), repeats("https://s/2024/01/01/x/")
    (3, 1)
    """
    parts = [_NUMBER.sub("#", part) for part in unquote(split(url).path).split("/") if _LETTER.search(part)]
    return max(Counter(parts).values(), default=0)
