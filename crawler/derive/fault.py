"""What a post must not be: one that could do harm, or that Jekyll would read otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import Post

_FILENAME = re.compile(r"\d{4}-\d\d-\d\d-\w[\w.-]{0,150}\.md")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
#: Front matter of which YAML can only read what stands there: most, and without the time that YAML takes.
_PLAIN = re.compile(
    r"\A---\nlayout: post\n"
    r'title: "(?P<title>[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*)"\n'
    r"date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?\n"
    r"categories: (?P<categories>\w[\w ()]*)\ntags: (?P<tags>\w[\w ()]*)\n---\n"
)


def fault(post: Post) -> str | None:
    """What is wrong with a post, ``None`` if nothing is."""
    if not _FILENAME.fullmatch(post.filename) or ".." in post.filename:
        return f"{post.filename!r} is no safe name for a source post"
    plain = _PLAIN.match(post.content)
    if plain is not None:
        return _differs(post, plain.groupdict())
    block = _FRONT_MATTER.match(post.content)
    if block is None:
        return "the source post has no front matter"
    try:
        # Scalars as strings and no tags at all: what is compared is text.
        fields = yaml.load(block[1], Loader=yaml.CBaseLoader)  # noqa: S506 - makes strings of everything
    except (yaml.YAMLError, ValueError) as error:
        return f"the front matter is no YAML: {str(error).splitlines()[0]}"
    return _differs(post, fields if isinstance(fields, dict) else {})


def _differs(post: Post, fields: Mapping[str, Any]) -> str | None:
    if fields.get("title") != post.title:
        return "the front matter's title is not the page's"
    for name, names in (("categories", post.categories), ("tags", post.tags)):
        if str(fields.get(name, "")).split() != names:
            return f"the front matter's {name} are not the page's"
    return None
