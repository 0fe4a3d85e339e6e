"""The layouts of a site as ``site.toml`` has them: where contents stand, what shows title, time and names, and the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.fields import fields_of
from crawler.learn.fields.titles import affixes_of
from crawler.learn.layouts.layouts import WITHOUT_ENDS
from crawler.learn.layouts.lead import leads
from crawler.learn.learned import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.fields.fields import Fields
    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.pages import Captured


def layouts_read(captured: Captured, places: Sequence[Place], posts: Posts, evidence: dict[str, str]) -> Iterable[Layout]:
    """The layouts of posts, by the places of their contents; what bears each line out is written into ``evidence``."""
    affixes = affixes_of([captured.pages[path] for path in posts.days])
    others: list[Fields] = []
    home = captured.pages.get("") if "" not in posts.days else None
    for number, place in enumerate(places, 1):
        name = f"post-{number}" if number > 1 else "post"
        fields = fields_of(place, posts, affixes, others, home)
        others.append(fields)
        for key, line in fields.evidence.items():
            evidence[f"layout.{name}.{key}"] = line
        evidence[f"layout.{name}.start"] = _borne_out(place)
        if place.tocs:
            evidence[f"layout.{name}.toc"] = (
                f"links to the headings behind them stand first in {counted(place.with_toc, 'post')}"
            )
        lead, with_lead = leads(place.pages, place.spans, place.by_feed, fields.selectors.get("image", ()))
        if lead:
            evidence[f"layout.{name}.lead"] = f"the picture that the head names stands first in {counted(with_lead, 'post')}"
        evidence[f"layout.{name}.posts"] = "how many posts have it, and when their pages were captured first and last"
        times = sorted(page.time for page in place.pages if page.time)
        yield Layout(
            name=name,
            start=place.start.decode("utf-8", "replace"),
            end=place.end.decode("utf-8", "replace"),
            posts=len({page.path for page in place.pages}),
            first_seen=times[0] if times else "",
            last_seen=times[-1] if times else "",
            toc=place.tocs,
            lead=lead,
            **fields.selectors,
        )


def _borne_out(place: Place) -> str:
    found = f"found in the pages of {counted(len({page.path for page in place.pages}), 'post')}"
    if place.by_feed:
        borne_out = counted(len(place.by_feed), "post")
        against = f"; a feed has something else for {place.against}" if place.against else ""
        return f"what a feed has as the content stands between these texts in {borne_out}; {found}{against}"
    if not place.start and not place.end:
        return f"pages without anything of a layout are all content; {found}"
    if place.compared == WITHOUT_ENDS:
        left_out = "what stands at the ends of contents and is the layout's by its name (a form, a footer, a box to share)"
        return f"{left_out} is left out; {found}"
    if place.compared <= 0:
        return f"these pages begin or end as those of another layout do, and show less or more beside the content; {found}"
    return f"what differs between {counted(place.compared, 'post')} stands between these texts; {found}"
