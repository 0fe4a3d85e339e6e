"""What a post must not be: one that could do harm, or that Jekyll would read otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from crawler.items import PostFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import Post

#: Characters of which a slug may be made, and bytes of a file's name that every file system takes.
_SLUG = re.compile(r"[\w .,;+=@&!'()~%-]+")
_LONGEST = 255
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
#: Front matter of which YAML can only read what stands there: most, and without the time that YAML takes.
_PLAIN = re.compile(
    r"\A---\nlayout: post\n"
    r'title: "(?P<title>[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*)"\n'
    r"date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?\n"
    r"categories: (?P<categories>\w[\w ()]*)\ntags: (?P<tags>\w[\w ()]*)\n---\n"
)


def fault(post: Post) -> str | None:
    """What is wrong with a post, ``None`` if nothing is."""
    file = PostFile.read(post.filename)
    if file is None or not _SLUG.fullmatch(file.slug) or len(post.filename.encode()) > _LONGEST:
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
    if fields.get("title", post.title) != post.title:  # Jekyll makes one of the file's name where there is none
        return "the front matter's title is not the page's"
    for singular, name, names in (("category", "categories", post.categories), ("tag", "tags", post.tags)):
        found = _names(fields, singular, name)
        if names not in (found, list(dict.fromkeys(found))):
            return f"the front matter's {name} are not the page's"
    return None


def _names(fields: Mapping[str, Any], singular: str, plural: str) -> list[str]:
    """As Jekyll reads them: ``category`` is one or a list, ``categories`` a list or a string with blanks between them."""
    one, several = fields.get(singular) or [], fields.get(plural) or []
    ones = _flat(one) if isinstance(one, list) else [str(one)]
    if ones and singular == "tag":
        return ones
    return [*(_flat(several) if isinstance(several, list) else str(several).split()), *ones]


def _flat(values: list[Any]) -> list[str]:
    return [name for value in values for name in (_flat(value) if isinstance(value, list) else [str(value)])]
