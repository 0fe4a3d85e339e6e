"""What captured lists and stub pages of jekyll-redirect-from say of a post: the addresses that lead on to it."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from crawler.archive.payloads import reference
from crawler.derive.documents import Rows, kept
from crawler.markup.address import joined
from crawler.markup.redirects import leads_away, read_redirects, stub_target
from crawler.sites.parsed import RedirectFrom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.archive.schema import CaptureRow
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
        self._paths: OrderedDict[int, dict[str, Paths]] = OrderedDict()

    def refresh(self) -> None:
        """Take captured lists into account that came since."""
        urls = self._site.redirect_urls
        self._lists = Rows.of(self._captures_of(urls) if urls else ())

    def posts(self, url: str) -> list[str]:
        """The posts that the newest capture of the list at ``url`` has."""
        row = next((row for row in reversed(self._lists.rows) if row.url == url), None)
        return list(self._listed(row)) if row is not None else []

    def to(self, url: str, since: str, visited: str, before: str) -> tuple[RedirectFrom, ...]:
        """The addresses that lead on to the post at ``url``: by the list of that time, as with feeds, then by stub pages.

        Of a stub page, what it said last up to the visit counts, else what it says first after it and before the next.
        """
        found: dict[str, CaptureRef] = {}
        for row in self._lists.around(since, visited, before):
            if paths := self._listed(row).get(url):
                found = dict.fromkeys((path for path in paths if self._is_free(path, url)), reference(row))
                break
        for path, stub in self._site.stubs_of(url):
            stubs = Rows.of(self._captures_of([stub]))
            row_then = next(stubs.around("", visited, before), None)
            if row_then is not None and path not in found and self._leads_to(row_then) == url:
                found[path] = reference(row_then)
        return tuple(RedirectFrom(path, capture) for path, capture in found.items())

    def _is_free(self, path: str, post: str) -> bool:
        """Whether nothing else stands where a list says that readers are led on to a post: neither that post nor another."""
        written = joined(self._site.home, path.lstrip("/"))
        url = self._site.canonical(written)
        if url == post or self._site.post_id(url) is None:
            return written not in (post, self._site.home)
        rows = Rows.of(self._captures_of([url])).rows
        page = self._read(rows[-1]) if rows else None
        return page is None or leads_away(page.body)

    def _leads_to(self, row: CaptureRow) -> str | None:
        """The post that a captured stub page leads to."""
        page = self._read(row)
        target = stub_target(page.body, page.url) if page is not None else None
        return self._site.post_link(target) if target else None

    def _listed(self, row: CaptureRow) -> Mapping[str, Paths]:
        """By posts, the paths that a captured list leads on to them."""
        return kept(self._paths, row, lambda: self._in_list(row))

    def _in_list(self, row: CaptureRow) -> dict[str, Paths]:
        page = self._read(row)
        return redirects_in(self._site, page.body) if page is not None else {}
