"""Finds the post that a person names by ID, file or address, or the captured page that they name by address."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from crawler.archive.paths import POSTS
from crawler.errors import CannotRun
from crawler.items import PostFile, is_html_post
from crawler.markup.links.address import joined, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crawler.archive.catalog.catalog import Catalog
    from crawler.sites.site import Site

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_NEAR = 3


class NotInArchive(CannotRun):
    """The archive has nothing of a name; the message is one line, with the most similar name that it has."""


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: ``post_id`` is empty if it is no post; ``url`` is the canonical address, empty if an ID was given."""

    post_id: str = ""
    url: str = ""


class Lookup:
    """Finds posts and captured pages in one archive. ``forgotten``: the IDs that were taken out of it."""

    def __init__(self, site: Site, catalog: Catalog, forgotten: Collection[str] = ()) -> None:
        self._site = site
        self._catalog = catalog
        self._forgotten = forgotten

    def find(self, text: str) -> Match:
        """The post, or the captured address, that ``text`` names.

        :raises NotInArchive: if the archive knows nothing of it.
        """
        url = address(self._site, text)
        return self._of_id(text) if url is None else self._of_address(text, url)

    def posts(self, text: str) -> list[str]:
        """The posts that ``text`` names: one, or all posts of a companion.

        :raises NotInArchive: if the archive knows none of them.
        """
        match = self.find(text)
        if not match.post_id:
            raise NotInArchive(f"{text} is no post's: the archive has it as a {self._site.kind(match.url)}")
        return [one for one in self.ids(text) if self.is_known(one)] or self._with_companion(match.url)

    def ids(self, text: str) -> tuple[str, ...]:
        """The IDs of posts that ``text`` may name, whether or not the archive knows them."""
        url = address(self._site, text)
        if url is None:
            return self._ids_of(text)
        return self._site.about(url) or self._site.about(url.partition("?")[0])

    def is_known(self, post_id: str) -> bool:
        """Whether the archive has a post of this ID, had one that was forgotten, or has captures of one."""
        return self._catalog.post_line(post_id) is not None or post_id in self._forgotten or bool(self.captured(post_id))

    def captured(self, post_id: str) -> list[str]:
        """The captured addresses of a post's pages and companions."""
        trace = self._site.trace(post_id)
        urls = self._catalog.urls_with(trace) if trace else self._catalog.urls()
        return [url for url in urls if post_id in self._site.about(url)]

    def _of_id(self, text: str) -> Match:
        post_id, *others = self._ids_of(text)
        for one in (post_id, *others):
            if self.is_known(one):
                return Match(one)
        raise NotInArchive(f"there is no post {post_id} in this archive{self._instead(post_id)}")

    def _ids_of(self, text: str) -> tuple[str, ...]:
        """The IDs that ``text``, an ID or the file name of a source post, may mean, the likeliest first."""
        file = _file_of(text)
        if file is None:
            return (text.strip(),)
        with_file = self._catalog.ids_with(f'/{PurePosixPath(text.strip()).name}"')
        return tuple(with_file) or (file.slug, f"{file.day}-{file.slug}")

    def _of_address(self, text: str, url: str) -> Match:
        candidates = dict.fromkeys((url, url.partition("?")[0]))
        for one in candidates:
            found = self._post_at(one)
            if found:
                return Match(found, one)
        for one in candidates:
            if self._catalog.latest(one) is not None:
                return Match("", one)
        posts = self._with_companion(url)
        if posts:
            return Match(posts[0], url)
        ids = next((ids for ids in map(self._site.about, candidates) if ids), ())
        if ids:
            raise NotInArchive(f"{text}: there is no post {ids[0]} in this archive{self._instead(ids[0])}")
        if not url.startswith(tuple(f"{scheme}://{host}/" for host in self._hosts() for scheme in ("http", "https"))):
            raise NotInArchive(f"{text} is no address of {self._site.name}, whose hosts are {', '.join(self._site.hosts)}")
        near = nearest(url, self._catalog.urls_near(url))
        raise NotInArchive(f"{text} was not captured" + (f"; the nearest that was: {near[0]}" if near else ""))

    def _hosts(self) -> tuple[str, ...]:
        return (*self._site.hosts, *self._site.listed_hosts)

    def _post_at(self, url: str) -> str:
        ids = self._site.about(url)
        return next((one for one in ids if self._catalog.post_line(one) is not None), "") or next(
            (one for one in ids if self.is_known(one)), ""
        )

    def _with_companion(self, url: str) -> list[str]:
        """The posts that link to an address as their companion; it may be on any host."""
        rest = url.partition("://")[2]
        return self._catalog.ids_with(*(f'"share_url":"{scheme}://{rest}"' for scheme in ("http", "https")))

    def _instead(self, post_id: str) -> str:
        tail = post_id[-6:] if len(post_id) > 6 else post_id  # noqa: PLR2004 - an ID's own digits, as a person reads them out
        near = nearest(post_id, self._catalog.ids_near(post_id, tail))
        return f"; the nearest: {', '.join(near)}" if near else "; it has no posts"


def nearest(text: str, known: Iterable[str]) -> list[str]:
    """The ``known`` texts that are most similar to a text, the most similar first."""
    return difflib.get_close_matches(text, sorted(set(known)), _NEAR, 0.0)


def _file_of(text: str) -> PostFile | None:
    """The file of a source post that ``text`` names; ``None`` if it names none, although an address may end like one."""
    path = PurePosixPath(text.strip())
    is_file = POSTS in path.parts or not is_html_post(path.name) or path.name == str(path)
    return PostFile.read(path.name) if is_file else None


def address(site: Site, text: str) -> str | None:
    """The canonical form of an address that a person gave; ``None`` for an ID or the file of a source post.

    The address may lack its scheme, may have a ``www.`` that the site's host has not, or may be a path on the site's host.

    :raises NotInArchive: if it looks like an address, and is none.
    """
    text = text.strip()
    try:
        text.encode()
    except UnicodeEncodeError:  # the command line had bytes that are no UTF-8
        raise NotInArchive(f"{text!a} is no UTF-8, which IDs and addresses are") from None
    if _file_of(text) is not None:
        return None
    if text.startswith("//"):
        text = f"https:{text}"
    elif text.startswith("/"):
        text = joined(site.home, text)
    elif not _SCHEME.match(text):
        if _without_www(text.partition("/")[0]) not in (*site.hosts, *site.listed_hosts) and "/" not in text:
            return None
        text = f"https://{text}"
    parts = split(text)
    if not parts.netloc:
        raise NotInArchive(f"{text} is no address")
    host = parts.netloc.lower()
    bare = _without_www(host)
    known = (*site.hosts, *site.listed_hosts)
    if bare.partition(":")[0] in known and host.partition(":")[0] not in known:
        host = bare
    return site.canonical(parts._replace(scheme=parts.scheme.lower(), netloc=host, fragment="").geturl())


def _without_www(host: str) -> str:
    return host.lower().removeprefix("www.")
