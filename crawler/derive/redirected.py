"""What captured lists and stub pages of jekyll-redirect-from say of a post: the addresses that lead on to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.payloads import reference
from crawler.derive.documents import Rows, Told
from crawler.markup.links.address import joined
from crawler.markup.links.redirects import read_redirects, stub_target
from crawler.sites.parsed import RedirectFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.visits import Read
    from crawler.items import CaptureRef
    from crawler.sites.site import Site

Paths = tuple[str, ...]


def redirects_in(site: Site, body: bytes) -> dict[str, Paths]:
    """The paths that a list of the plugin has, by the canonical URLs of the posts to which they lead."""
    found: dict[str, dict[str, None]] = {}
    for path, _, target in read_redirects(body, site.home):
        if post := site.post_link(target):
            found.setdefault(post, {})[path] = None
    return {post: tuple(paths) for post, paths in found.items()}


class Redirects:
    """The captured lists of an archive, in the order of time, and the stub pages that a site knows."""

    def __init__(self, site: Site, captures_of: Callable[[Sequence[str]], list[CaptureRow]], read: Read) -> None:
        self._site, self._captures_of, self._read = site, captures_of, read
        self._lists = Rows()
        self._listed = Told(read, lambda page: redirects_in(site, page.body))

    def refresh(self) -> None:
        """Take captured lists into account that came since."""
        urls = self._site.redirect_urls
        self._lists = Rows.of(self._captures_of(urls) if urls else ())

    def posts(self, url: str) -> list[str]:
        """The posts that the newest capture of the list at ``url`` has."""
        row = next((row for row in reversed(self._lists.rows) if row.url == url), None)
        return list(self._listed.by(row)) if row is not None else []

    def to(self, url: str, since: str, visited: str, before: str) -> tuple[RedirectFrom, ...]:
        """The addresses that lead on to the post at ``url``: by the list of that time, as with feeds, then by stub pages.

        Where another post stands at such an address, the source has the key all the same: Jekyll writes posts last.
        Of a stub page, what it said last up to the visit counts, else what it says first after it and before the next.
        """
        found: dict[str, CaptureRef] = {}
        for row in self._lists.around(since, visited, before):
            if paths := self._listed.by(row).get(url):
                found = dict.fromkeys((path for path in paths if self._is_apart(path, url)), reference(row))
                break
        for path, stub in self._site.stubs_of(url):
            rows = Rows.of(self._captures_of([stub])).around("", visited, before)
            told = next(((row, target) for row in rows if (target := self._target(row))), None)
            if told is not None and path not in found and self._site.post_link(told[1]) == url:
                found[path] = reference(told[0])
        return tuple(RedirectFrom(path, capture) for path, capture in found.items())

    def _is_apart(self, path: str, post: str) -> bool:
        """Whether a path is neither that of the post itself nor of the home page, of which an export would have none."""
        return joined(self._site.home, path.lstrip("/")) not in (post, self._site.home)

    def _target(self, row: CaptureRow) -> str | None:
        """Where a captured stub page leads to; ``None`` for any other page, which may have been there before."""
        page = self._read(row)
        return stub_target(page.body, page.url) if page is not None else None
