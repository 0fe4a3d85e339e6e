"""What people are told of an import: its result, what is to do next, and why nothing was taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.invocation import command

if TYPE_CHECKING:
    from crawler.sites.site import Site

#: Counts of captures that are the site's own.
OURS = ("stored", "known", "forgotten")


def has_lost(one: dict[str, Any], results: list[dict[str, Any]]) -> bool:
    """Whether a site lost something of its own: what can be read for none of several sites is named, and concerns none."""
    of_none = set(one["unreadable"]).intersection(*(other["unreadable"] for other in results)) if len(results) > 1 else ()
    return bool(one["losses"] > len(of_none))


def why_nothing(sites: list[Site], results: list[dict[str, Any]]) -> str:
    """Why nothing was taken."""
    if any(one["unreadable"] for one in results) and not any(number for one in results for number in one["captures"].values()):
        return f"nothing was taken: what was given has no captures; {command('import -h')} tells what is read"
    known = ", ".join(site.home for site in sites)
    return f"nothing was taken: no capture is of a page below {known}; --url names the home page of another site"


def print_remarks(one: dict[str, Any], *, is_first: bool) -> None:
    """Tell a person what to do next, or that no post can be had of what a site was given."""
    from crawler.learn.no_posts import no_posts
    from crawler.sites.declared import load
    from crawler.sites.learned.site import LearnedSite
    from crawler.sites.learned.unlearned import UnlearnedSite
    from crawler.upkeep.next_steps import next_steps

    if not any(one["captures"][name] for name in OURS):
        return
    site = load(one["site"])
    for line in site.learned.warnings if is_first and isinstance(site, LearnedSite) else ():
        print_stderr(line)
    if isinstance(site, UnlearnedSite):
        print_stderr(f"{no_posts(site.learned)}; all are kept, and {command(f'learn {site.name}')} prints what was learned")
    elif is_first:
        for line in next_steps(Path(one["archive"]), site.name):
            print(line)


def print_result(one: dict[str, Any]) -> None:
    """Print what became of the captures of one site, and which posts they gave."""
    from crawler.items import SITE_DEFECTS

    captures, posts = one["captures"], one["posts"]
    parts = [
        f"{counted(captures['stored'], 'capture')} taken",
        f"{captures['known']:,} {'was' if captures['known'] == 1 else 'were'} there already",
        f"{captures['elsewhere']:,} of other hosts left out",
    ]
    parts += [f"{captures['forgotten']:,} of forgotten posts left out"] if captures["forgotten"] else []
    made = f"{posts['new']:,} new, {counted(posts['changed'], 'changed post')}"
    for found in one["rejections"]:
        if found["code"] in SITE_DEFECTS:
            print(f"broken by the site: {found['url']}: {found['code']}: {found['reason']}")
    print(f"{one['archive']}: {', '.join(parts)}; {made}; {counted(one['losses'], 'loss', 'losses')}")
