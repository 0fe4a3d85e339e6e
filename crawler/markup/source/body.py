"""The two parts of a source post: its front matter and its body."""

from __future__ import annotations

import re
from typing import Any

import yaml

from crawler.markup.source.strangers_yaml import load

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
    value = front_matter(content).get(key)
    return value.strip() if isinstance(value, str) else ""


def front_matter(content: str) -> dict[str, Any]:
    r"""The front matter of a source post, every scalar in it as its text; empty if it has none.

    >>> front_matter("---\ntags: [a, 1]\nlayout: post\n---\nbody")
    {'tags': ['a', '1'], 'layout': 'post'}
    """
    block = _FRONT_MATTER.match(content)
    try:
        found = load(block[1], yaml.CBaseLoader) if block else None
    except (yaml.YAMLError, ValueError):
        return {}
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
