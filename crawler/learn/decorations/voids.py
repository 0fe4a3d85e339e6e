"""Tags without an inside that a plug-in or a minifier wrote anew: ``<br>``, where kramdown has ``<br />`` always."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(r"<(?:br|hr|img)\b[^<>]*>")
#: What Markdown makes, and nobody writes: a file of HTML may have the tags in any form.
_OF_MARKDOWN = re.compile(r"<h[1-6] id=|highlighter-rouge|<div class=\"footnotes")
#: What is shown of each, by what kramdown makes.
_VOIDS = {"<br />": "<br>", "<hr />": "<hr>", '<img{1}" />': '<img{1}">'}
#: So many contents have to have such tags, half of them made of Markdown by all that they show.
_LEAST = 3


def voids(contents: Iterable[str]) -> dict[str, str]:
    """What layouts show of tags, by what Jekyll renders, where no content has any in kramdown's own form."""
    having = [(content, tags) for content in contents if (tags := _TAG.findall(content))]
    made = sum(_OF_MARKDOWN.search(content) is not None for content, _ in having)
    if len(having) < _LEAST or made * 2 < len(having) or any(tag.endswith("/>") for _, tags in having for tag in tags):
        return {}
    return dict(_VOIDS)
