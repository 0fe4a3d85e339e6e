"""The ``_config.yml`` and the layout with which Jekyll makes of a learned site's posts what the site showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from crawler.markup.excerpt import SEPARATOR
from crawler.markup.links.address import split
from crawler.sites.learned.body import rules_of
from crawler.sites.learned.excerpt import LAYOUT
from crawler.sites.parsed import JekyllSite
from crawler.sites.stock import page as stock_page

if TYPE_CHECKING:
    from crawler.learn.learned import Learned

#: What plug-ins and themes take from ``_config.yml`` where a post has none.
_IN_CONFIG = ("author", "description")


def jekyll_of(learned: Learned, stock: JekyllSite) -> JekyllSite:
    """What was learned, added to the settings of a stock site."""
    home = split(learned.home)
    config = {"url": f"{home.scheme}://{home.netloc}"} | yaml.safe_load(stock.config)
    if learned.site_title:
        config["title"] = learned.site_title
    if learned.excerpts or learned.excerpt_separator:
        config["excerpt_separator"] = learned.excerpt_separator or SEPARATOR
    if learned.kramdown:
        config["kramdown"] = dict(learned.kramdown)
    config |= {key: value for key, value in learned.site_wide.items() if key in _IN_CONFIG}
    rules = rules_of(learned)
    return JekyllSite(
        yaml.safe_dump(config | rules.variables(), sort_keys=False, allow_unicode=True),
        f"{LAYOUT if learned.excerpts else ''}{stock_page.LAYOUT}",
        plugins=learned.plugins,
        includes=rules.includes() | rules.references.files(learned.habits),
    )
