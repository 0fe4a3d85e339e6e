"""What follows the front matter of a source post."""

from __future__ import annotations

import re

_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)


def without_front_matter(content: str) -> str:
    r"""The body of a source post, all of it where there is no front matter.

    >>> without_front_matter("---\ntitle: x\n---\nbody")
    'body'
    """
    return _FRONT_MATTER.sub("", content, count=1)
