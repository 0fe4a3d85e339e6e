"""The body of a source post without what no rendered page can tell, so that two bodies can be held against each other.

:func:`normalised` evens out, and nothing else: the character of bullets, the marks of emphasis, how headings are set off,
links by reference or in place, runs of blank lines, blanks at line ends, ends of lines, and whether code without a language
is fenced or indented. :func:`loosely_normalised` evens out what is besides rendered to the same bytes: ASCII for curly quotes,
dashes and dots, characters by name, escapes without need, how far list markers stand from margin and text and how far the lines
of an item are indented, the numbers of a list, links whose text is their address, blanks and bars around the cells of tables,
marks of quotes on lines that need none, blanks around addresses, the word that stands for a table of contents, and how HTML
without an inside ends.
"""

from __future__ import annotations

import html
import re

_FENCE = re.compile(r"(?P<lead>[ >]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^`\n]*)")
_DEFINITION = re.compile(
    r"^ {0,3}\[(?P<name>[^\]\n^][^\]\n]*)\]:[ \t]*\n?[ \t]*<?(?P<url>[^\s>]+)>?"
    r"(?:[ \t]*\n?[ \t]+(?P<title>\"[^\n]*\"|'[^\n]*'|\([^\n]*\)))?[ \t]*(?:\n|\Z)",
    re.MULTILINE,
)
_BY_REFERENCE = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)+)\](?:[ \n]?\[(?P<name>[^\]]*)\]|(?!\())")
_SETEXT = re.compile(r"^(?P<text>[^\s#>*+|-][^\n]*?) *\n(?P<line>=+|-+)$", re.MULTILINE)
_ATX = re.compile(r"^(?P<marks>#{1,6})[ \t]*(?P<text>.*?)(?:[ \t]*#+)?$", re.MULTILINE)
_BULLET = re.compile(r"^(?P<lead>[ \t>]*)[-+*](?=[ \t]+\S)", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\\\w])_{1,3}(?=[^\s_])|(?<=[^\s_\\])_{1,3}(?!\w)")

_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "...", "\u00a0": " "})
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)(?:[a-zA-Z]+|#\d+);")
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
_MARKER = re.compile(r"^[ \t]*(?P<quote>(?:> ?)*)[ \t]*(?P<mark>\*|\d+\.)[ \t]+(?=\S)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_OWN_ADDRESS = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?P=text)\)")
_CELL_EDGE = re.compile(r"[ \t]*\|[ \t]*")
_CONTENTS = re.compile(r"^(?P<mark>\*|1\.) [^\n]*\n\{:[ ]?toc", re.MULTILINE)
_OUTER_EDGE = re.compile(r"^\|+(?=[^|\n]+\|)|(?<=[^|\n-])\|+$", re.MULTILINE)
_TARGET_EDGE = re.compile(r"\]\([ \n]*<?(?P<target>[^()<>\n]*?)>?[ \n]*\)")
#: The mark of a quote on a line that would belong to it without.
_LAZY = re.compile(r"(?<=\n)(?<!\n\n)(?<!^>\n)> ?(?=[^\s>*|#-])")
_VOID = re.compile(r"(?:[ \t]+|(?<=[\"'])|(?<=<[bh]r))/>")


def loosely_normalised(body: str) -> str:
    r"""The body without anything that is rendered to the same bytes however it is spelt.

    >>> loosely_normalised("It’s — [http://a](http://a)\n\n  *   b\n") == loosely_normalised("It's --- <http://a>\n\n- b")
    True
    >>> loosely_normalised("a\n\nb") == loosely_normalised("a b")
    False
    """
    text = normalised(body).translate(_TYPOGRAPHY)
    text = _ENTITY.sub(lambda found: html.unescape(found[0]).translate(_TYPOGRAPHY), text)
    text = _ESCAPE.sub("", text).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    text = _MARKER.sub(lambda found: f"{found['quote']}{'*' if found['mark'] == '*' else '1.'} ", text)
    text = _OWN_ADDRESS.sub(r"<\g<text>>", _VOID.sub(">", _INDENT.sub("", text)))
    text = _CONTENTS.sub(r"\g<mark> TOC\n{:toc", text.replace(">\n<!--", "><!--"))
    text = _LAZY.sub("", _TARGET_EDGE.sub(r"](\g<target>)", text))
    text = _OUTER_EDGE.sub("", _CELL_EDGE.sub("|", text))
    return re.sub(r"^\|?[-:|=]+$", "|---", text, flags=re.MULTILINE)


def normalised(body: str) -> str:
    r"""The body in one spelling.

    >>> normalised("A\n=\n\n\n* b _c_ [d][e] \n\n[e]: http://f\n") == normalised("# A\r\n\r\n- b *c* [d](http://f)")
    True
    >>> normalised("```\na\n```\n") == normalised("    a"), normalised("a  b") == normalised("a b")
    (True, False)
    """
    text = re.sub(r"[ \t]+$", "", body.replace("\r\n", "\n"), flags=re.MULTILINE)
    text = _with_links_in_place(_without_fences(text))
    text = _SETEXT.sub(lambda found: f"{'#' if found['line'][0] == '=' else '##'} {found['text']}", text)
    text = _ATX.sub(lambda found: f"{found['marks']} {found['text']}", text)
    text = _BULLET.sub(r"\g<lead>*", text)
    text = _EMPHASIS.sub(lambda found: "*" * len(found[0]), text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)).strip("\n").rstrip()


def _without_fences(text: str) -> str:
    """Code without a language is indented."""
    lines: list[str] = []
    opened: re.Match[str] | None = None
    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        if opened is None:
            opened = fence
            if fence and not fence["language"]:
                continue
        elif fence and not fence["language"] and fence["fence"].startswith(opened["fence"]):
            bare, opened = not opened["language"], None
            if bare:
                continue
        elif not opened["language"]:
            code = line.removeprefix(opened["lead"])
            lines.append(f"{opened['lead']}    {code}" if code else "")
            continue
        lines.append(line)
    return "\n".join(lines)


def _with_links_in_place(text: str) -> str:
    """Links that are defined elsewhere are written where they stand."""
    known: dict[str, str] = {}
    for found in _DEFINITION.finditer(text):
        title = f' "{found["title"][1:-1]}"' if found["title"] else ""
        known.setdefault(_key(found["name"]), f"({found['url']}{title})")
    if not known:
        return text
    text = _DEFINITION.sub("", text)

    def in_place(found: re.Match[str]) -> str:
        inner = _BY_REFERENCE.sub(in_place, found["text"]) if "[" in found["text"] else found["text"]
        target = known.get(_key(found["name"] or found["text"]))
        return f"[{inner}]{target}" if target else found[0].replace(found["text"], inner, 1)

    return _BY_REFERENCE.sub(in_place, text)


def _key(name: str) -> str:
    return " ".join(name.lower().split())
