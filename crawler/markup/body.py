"""The two parts of a source post: its front matter and its body."""

from __future__ import annotations

import re

import yaml

from crawler.markup.strangers_yaml import load

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)


def without_front_matter(content: str) -> str:
    r"""The body of a source post; the whole source post if it has no front matter.

    >>> without_front_matter("---\ntitle: x\n---\nbody")
    'body'
    """
    return _FRONT_MATTER.sub("", content, count=1)


def front_matter_text(content: str, key: str) -> str:
    r"""The text that the front matter of a source post has under a key; empty if it has none.

    >>> front_matter_text("---\nauthor: Jonna\n---\nbody", "author")
    'Jonna'
    """
    block = _FRONT_MATTER.match(content)
    if block is None or f"\n{key}:" not in "\n" + block[1]:
        return ""
    try:
        found = load(block[1], yaml.CBaseLoader)
    except (yaml.YAMLError, ValueError):
        return ""
    value = found.get(key) if isinstance(found, dict) else None
    return value.strip() if isinstance(value, str) else ""
