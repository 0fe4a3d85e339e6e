"""Addresses below a site's base path, which most sources have as ``{{ site.baseurl }}``, where no sample tells."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.sites.learned.body import addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.learned import Learned

#: What stands before an address in Markdown and in HTML.
_BEFORE = ("](", '="')
_TAG = "{{ site.baseurl }}"
#: So many contents have such addresses at least.
_FEWEST = 3


def with_base_path(learned: Learned, contents: Sequence[str]) -> Learned:
    """Add rules for ``{{ site.baseurl }}`` if contents have addresses below a base path.

    All four sites with a base path and such addresses whose sources are known have the tag, with the blanks; of 127 sites
    without a base path, in 25 most such addresses have some tag, and none is put there.
    """
    base = addresses(learned.home)["site.baseurl"]
    seen = re.compile(rf"(?:href|src)=\"{re.escape(base)}/")
    count = sum(seen.search(content) is not None for content in contents)
    if not base or count < _FEWEST:
        return learned
    told = (
        f"{count} of {counted(len(contents), 'content')} have addresses below the site's base path: most such sites have"
        " this tag there, and no source post tells; delete the line if yours had none"
    )
    rules = {f"{before}{_TAG}/": f"{before}{base}/" for before in _BEFORE}
    evidence = {f"liquid.{tag}": told for tag in rules}
    return replace(learned, liquid={**learned.liquid, **rules}, evidence={**learned.evidence, **evidence})
