"""Checks a post before it is written: its file name must be safe, and Jekyll must read the post's own values from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from crawler.items import PostFile
from crawler.markup.source.front_matter import is_plain, read_fields, words
from crawler.sites.addresses.file_slug import is_safe_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import Post

#: The longest file name, in bytes, that every file system takes.
_LONGEST = 255
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
#: Front matter whose values YAML reads as they are written. Most posts have it, and it saves the time of a YAML parser.
_PLAIN = re.compile(
    r"\A---\nlayout: post\n"
    r'title: "(?P<title>[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*)"\n'
    r"date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?\n"
    r"categories: (?P<categories>\w[\w ()]*)\ntags: (?P<tags>\w[\w ()]*)\n---\n"
)


def problem(post: Post) -> str | None:
    """What is wrong with a post; ``None`` if nothing is."""
    file = PostFile.read(post.filename)
    if file is None or not is_safe_slug(file.slug) or len(post.filename.encode()) > _LONGEST:
        return f"{post.filename!r} is no safe name for a source post"
    plain = _PLAIN.match(post.content)
    if plain is not None:
        title, categories, tags = plain.groups()
        if is_plain(categories) and is_plain(tags):
            usual = title == post.title and words(categories) == post.categories and words(tags) == post.tags
            return None if usual else _differs(post, plain.groupdict())
    block = _FRONT_MATTER.match(post.content)
    if block is None:
        return "the source post has no front matter"
    try:
        return _differs(post, read_fields(block[1]))
    except ValueError as error:
        return f"the front matter is no YAML: {error}"


def _differs(post: Post, fields: Mapping[str, Any]) -> str | None:
    if fields.get("title", post.title) != post.title:  # without one, Jekyll makes a title of the file's name
        return "the front matter's title is not the page's"
    for singular, name, names in (("category", "categories", post.categories), ("tag", "tags", post.tags)):
        found = _names(fields, singular, name)
        if names not in (found, list(dict.fromkeys(found))):
            return f"the front matter's {name} are not the page's"
    return None


def _names(fields: Mapping[str, Any], singular: str, plural: str) -> list[str]:
    """The names that Jekyll reads: ``category`` is one or a list, ``categories`` a list or a string that blanks divide."""
    one, several = fields.get(singular) or [], fields.get(plural) or []
    ones = _flat(one) if isinstance(one, list) else [str(one)]
    if ones and singular == "tag":
        return ones
    return [*(_flat(several) if isinstance(several, list) else words(str(several))), *ones]


def _flat(values: list[Any]) -> list[str]:
    return [name for value in values for name in (_flat(value) if isinstance(value, list) else [str(value)])]
