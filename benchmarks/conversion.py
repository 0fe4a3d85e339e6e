"""Makes Markdown of HTML: ``python conversion.py WHO`` in an environment that has WHO; a JSON text a line, in and out.

This file imports nothing of the project, for those that are measured beside it have an environment of their own.
"""

from __future__ import annotations

import json
import sys


def _markdownify():
    from markdownify import markdownify

    return markdownify


def _html_to_markdown():
    from html_to_markdown import convert

    def text(html):
        made = convert(html)  # newer versions give an object, of which the text is a part
        return made if isinstance(made, str) else str(getattr(made, "content", ""))

    return text


WHO = {"markdownify": _markdownify, "html-to-markdown": _html_to_markdown}


def main(who: str) -> None:
    """Convert each line of standard input."""
    convert = WHO[who]()
    for line in sys.stdin:
        print(json.dumps(convert(json.loads(line))))


if __name__ == "__main__":
    main(sys.argv[1])
