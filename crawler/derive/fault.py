"""What a post must not be: one that could do harm, or that Jekyll would read otherwise."""

from __future__ import annotations

import re

import yaml
from itemadapter import ItemAdapter

_FILENAME = re.compile(r"\d{4}-\d\d-\d\d-\w[\w.-]{0,150}\.md")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


def fault(post: ItemAdapter) -> str | None:
    """What is wrong with a post, ``None`` if nothing is."""
    if not _FILENAME.fullmatch(post["filename"]) or ".." in post["filename"]:
        return f"{post['filename']!r} is no safe name for a source post"
    block = _FRONT_MATTER.match(post["content"])
    if block is None:
        return "the source post has no front matter"
    try:
        # Scalars as strings and no tags at all: what is compared is text.
        fields = yaml.load(block[1], Loader=yaml.CBaseLoader)  # noqa: S506 - makes strings of everything
    except (yaml.YAMLError, ValueError) as error:
        return f"the front matter is no YAML: {str(error).splitlines()[0]}"
    if not isinstance(fields, dict) or fields.get("title") != post["title"]:
        return "the front matter's title is not the page's"
    for name in ("categories", "tags"):
        if str(fields.get(name, "")).split() != post[name]:
            return f"the front matter's {name} are not the page's"
    return None
