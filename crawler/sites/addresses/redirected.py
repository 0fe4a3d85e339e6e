"""Which addresses of a site lead on to its posts: what jekyll-redirect-from makes of the ``redirect_from`` of their sources."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from crawler.markup.links.address import joined
from crawler.sites.addresses.routes import SiteAddresses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RedirectedAddresses(SiteAddresses):
    """The part of :class:`~crawler.sites.site.Site` that knows the plugin's lists and stub pages."""

    #: The lists that the plugin writes, relative to the home page.
    redirect_lists: ClassVar[tuple[str, ...]] = ()
    #: The paths of stub pages that no list has, with those of the posts to which they lead.
    redirects: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def redirect_urls(self) -> tuple[str, ...]:
        """The addresses of the lists."""
        return tuple(joined(self.home, path) for path in self.redirect_lists)

    def stubs_of(self, url: str) -> list[tuple[str, str]]:
        """The stub pages that are known to lead to a post: the path of each as its source has it, and its canonical URL."""
        paths = self._stubs.get(self._path(url) or "", ())
        return [(f"/{path}", self.canonical(joined(self.home, quote(path)))) for path in paths]

    def stub_post(self, url: str) -> str:
        """The canonical URL of the post to which the stub page at one is known to lead; empty for any other page."""
        found = self.redirects.get(self._path(url) or "")
        return self.canonical(joined(self.home, quote(found))) if found else ""

    def below_home(self, url: str) -> str | None:
        """The path of an address below the home page, unquoted; ``None`` for an address elsewhere, or one with a query."""
        return self._path(url)

    @cached_property
    def _stubs(self) -> Mapping[str, Sequence[str]]:
        """The paths of stub pages by the paths of the posts that they lead to."""
        found: dict[str, list[str]] = {}
        for path, post in self.redirects.items():
            found.setdefault(post, []).append(path)
        return found
