"""Which addresses lead on to posts: what jekyll-redirect-from left in a site, its list and its stub pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.markup.links.redirects import LIST, PLUGIN
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crawler.learn.pages import Captured


@dataclass(frozen=True, slots=True)
class Redirects:
    """The lists that tell of posts; by paths of stub pages that none of these has, the paths of their posts; and evidence."""

    lists: tuple[str, ...] = ()
    stubs: Mapping[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)


def redirects_of(captured: Captured, posts: Iterable[str]) -> Redirects:
    """What leads on to posts, given by their paths.

    A host's own redirects (301) are none: servers have them for a slash at the end, another host, another spelling.
    """
    spelt = {ENDING.sub("", path): path for path in posts}

    def post_at(url: str) -> str:
        path = captured.relative(url)
        return spelt.get(ENDING.sub("", path), "") if path else ""

    stubs = {path: post for path, page in captured.pages.items() if page.leads_to and (post := post_at(page.leads_to))}
    evidence: dict[str, str] = {}
    told: set[str] = set()
    time, listed = captured.redirects
    if line := _line(captured, post_at):
        evidence["redirect_lists"] = line
        told = {ENDING.sub("", path) for _, url, _ in listed if (path := captured.relative(url)) is not None}
        told |= {ENDING.sub("", path) for path in stubs if captured.pages[path].time <= time}
    stubs = {path: post for path, post in sorted(stubs.items()) if ENDING.sub("", path) not in told and path != post}
    if stubs:
        evidence["redirects"] = of_stubs(stubs)
    return Redirects((LIST,) if "redirect_lists" in evidence else (), stubs, evidence)


def _line(captured: Captured, post_at: Callable[[str], str]) -> str:
    """The evidence for the list; empty where it leads to no post, or most pages captured at its addresses lead nowhere."""
    to_posts = {url: post for _, url, target in captured.redirects[1] if (post := post_at(target))}
    pages = [page for url in to_posts if (page := captured.pages.get(captured.relative(url) or "")) is not None]
    leading = sum(page.is_stub for page in pages)
    if not to_posts or leading * 2 < len(pages):
        return ""
    return f"{of_list(to_posts)}; {counted(len(pages), 'page')} captured there, stub pages of these: {leading}"


def of_list(posts: Mapping[str, str]) -> str:
    """The evidence for a list, by the addresses in it that lead on to posts."""
    return f"{counted(len(posts), 'address', 'addresses')} in it, to {counted(len(set(posts.values())), 'post')}"


def of_stubs(posts: Mapping[str, str]) -> str:
    """The evidence for stub pages, by those that lead on to posts."""
    return f"{counted(len(posts), 'stub page')} of {PLUGIN}, to {counted(len(set(posts.values())), 'post')}"
