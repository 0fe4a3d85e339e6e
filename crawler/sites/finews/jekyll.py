"""The Jekyll settings on which a page of finews depends, and the part of the layout that shows the post."""

from __future__ import annotations

from crawler.sites.finews.facts import MARKERS
from crawler.sites.parsed import JekyllSite

_TIME, _TIME_END = MARKERS.time.decode(), MARKERS.time_end.decode()
_TITLE, _TITLE_END = MARKERS.title.decode(), MARKERS.title_end.decode()
_TAGS, _TAGS_END = MARKERS.tags.decode(), MARKERS.tags_end.decode()

JEKYLL = JekyllSite(
    config="timezone: Asia/Shanghai\nfuture: true\nsafe: true\nlang: zh\n",
    layout=f"""{_TIME}{{{{ page.date | date: "%Y-%m-%d %H:%M:%S" }}}}{_TIME_END}
{_TITLE}{{{{ page.title }}}}{_TITLE_END}

{{{{content}}}}

{_TAGS}{{{{ page.tags | join: "{MARKERS.tags_joint}" }}}}{_TAGS_END}
""",
    joins_categories=True,
)
