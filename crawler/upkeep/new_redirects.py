"""What of jekyll-redirect-from is new to a learned site: added to its ``site.toml``, in which all else stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.archive.captures import DERIVED
from crawler.archive.paths import SITE
from crawler.archive.refile import note_filed
from crawler.counted import counted
from crawler.derive.redirected import redirects_in
from crawler.learn.finding.redirects import of_list, of_stubs
from crawler.markup.links.address import joined
from crawler.markup.links.redirects import LIST, PLUGIN, leads_away, stub_target
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.learned.archived import of_learned
from crawler.upkeep.learning import is_edited, keep_site, site_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.items import Exchange
    from crawler.sites.learned.site import LearnedSite

#: No record of a stub page is longer, packed.
_LONGEST = 8_000


def learn_redirects(archive: Archive, site: LearnedSite) -> tuple[LearnedSite | None, str]:
    """Learn which addresses lead on to posts, by what was captured since posts were made last.

    :returns: the site with them, ``None`` if there are none; and a line for a person who has edited what is there.
    """
    known = site.learned
    lists = known.redirect_lists or ((LIST,) if _has_list(archive, site) else ())
    told = _told(archive, site) if lists else {}
    stubs = {path: post for path, post in _stubs(archive, site) if ENDING.sub("", path) not in told}
    new = {path: post for path, post in stubs.items() if known.redirects.get(path) != post}
    if not new and lists == known.redirect_lists:
        return None, ""
    if is_edited((archive.folder / SITE).read_text("utf-8", "replace")):
        what = f"{counted(len(new), 'stub page')} of {PLUGIN}" if new else f"the list of {PLUGIN}"
        return None, f"{archive.folder / SITE} was edited, and stays as it is; it lacks {what}"
    evidence = dict(known.evidence)
    redirects = dict(sorted({**known.redirects, **new}.items()))
    if redirects:
        evidence["redirects"] = of_stubs(redirects)
    if lists != known.redirect_lists:
        evidence["redirect_lists"] = of_list(told)
    plugins = tuple(sorted({*known.plugins, PLUGIN}))
    learned = replace(known, redirect_lists=lists, redirects=redirects, plugins=plugins, evidence=evidence)
    keep_site(archive.folder, learned)
    note_filed(archive.catalog, site_text(learned))
    return of_learned(learned), ""


def _newest(archive: Archive, url: str) -> Exchange | None:
    row = archive.catalog.latest(url, good=True)
    return archive.captures.payloads.exchange(row) if row is not None else None


def _has_list(archive: Archive, site: LearnedSite) -> bool:
    """Whether the archive has a list of the plugin that leads to posts, and most pages at its addresses that it has do."""
    page = _newest(archive, joined(site.home, LIST))
    told = redirects_in(site, page.body) if page is not None else {}
    paths = (path for paths in told.values() for path in paths)
    found = [_newest(archive, site.canonical(joined(site.home, path.lstrip("/")))) for path in paths]
    pages = [leads_away(one.body) for one in found if one is not None]
    return bool(told) and sum(pages) * 2 >= len(pages)


def _told(archive: Archive, site: LearnedSite) -> dict[str, str]:
    """The paths that the list has, without their endings, with the posts to which they lead."""
    page = _newest(archive, joined(site.home, LIST))
    told = redirects_in(site, page.body) if page is not None else {}
    return {ENDING.sub("", path.lstrip("/")): post for post, paths in told.items() for path in paths}


def _stubs(archive: Archive, site: LearnedSite) -> Iterator[tuple[str, str]]:
    """The paths of stub pages captured since posts were made last, with those of the posts that they lead to."""
    catalog = archive.catalog
    for url in catalog.urls_after(catalog.number(DERIVED)):
        path = site.below_home(url)
        row = catalog.latest(url, good=True) if path else None
        payload = catalog.capture(row.payload_id) if row is not None else None
        if row is None or payload is None or payload.length > _LONGEST:
            continue
        page = archive.captures.payloads.exchange(row)
        target = stub_target(page.body, page.url) if page is not None else None
        post = site.post_link(target) if target else None
        if path and post and post != url and catalog.known_post(post) is not None and (to := site.below_home(post)):
            yield path, to
