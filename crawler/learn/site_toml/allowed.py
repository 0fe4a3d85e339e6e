"""What may stand in the tables of a ``site.toml``: each value's kind, and in words for a person what is allowed."""

from __future__ import annotations

import re
from datetime import date
from html.entities import name2codepoint
from typing import TYPE_CHECKING, NamedTuple

from crawler.reconstruct.white_space import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Allowed(NamedTuple):
    """``fits``: whether a value is allowed; ``words``: which are, to be read behind "write"."""

    fits: Callable[[object], bool]
    words: str


def one_of(*values: object) -> Allowed:
    """Any of these values."""
    words = ", ".join("true" if one is True else "false" if one is False else f'"{one}"' for one in values)
    return Allowed(lambda value: any(type(value) is type(one) and value == one for one in values), f"one of {words}")


def whole(least: int) -> Allowed:
    """A whole number."""
    return Allowed(lambda value: type(value) is int and value >= least, f"a whole number from {least} on")


def matching(pattern: str, words: str) -> Allowed:
    """A text of a certain form."""
    form = re.compile(pattern, re.DOTALL)
    return Allowed(lambda value: isinstance(value, str) and form.fullmatch(value) is not None, words)


def several(fits: Callable[[str], bool], words: str, count: int = 0) -> Allowed:
    """A list of texts or numbers, or these in one text with commas between them; ``count``: exactly so many."""

    def fit(value: object) -> bool:
        found = value.split(",") if isinstance(value, str) else value
        if not isinstance(found, list) or any(type(one) not in (str, int) for one in found):
            return False
        return (not count or len(found) == count) and all(fits(str(one).strip()) for one in found)

    return Allowed(fit, words)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_quote(name: str) -> bool:
    return name in name2codepoint or name == "apos" or (name.isascii() and name.isdigit())


FLAG = Allowed(lambda value: isinstance(value, bool), "true or false")
TEXT = Allowed(lambda value: isinstance(value, str), "a text between quotes")
TABLE = Allowed(lambda value: isinstance(value, dict), "a table, like { name = true }")
DAY = Allowed(_is_day, 'a day, like "2024-05-11"')
LABELS = Allowed(
    lambda value: isinstance(value, list) and len(value) in (2, 3) and all(map(TEXT.fits, value)),
    'two labels, that of the link and that of its address, and that address, like ["label", "label", "/a/"]',
)
_PAIR = Allowed(
    lambda value: isinstance(value, list) and len(value) == len(("key", "between")) and LABELS.fits(value), "two texts"
)
_LISTED = ("date", "categories", "tags")
SEARCH_LIST = Allowed(
    lambda value: isinstance(value, dict) and all(key in _LISTED and _PAIR.fits(one) for key, one in value.items()),
    'which key has date, categories and tags, with what stands between names, like { tags = ["tags", ","] }',
)
DIGEST = matching(r"[0-9a-f]{64}", "nothing here by hand; learn --samples FILE does")
_LEVELS = 'levels of headings, like [1, 2, 3] or "1..3"'
_QUIRKS = ("paragraph_end", "no_auto_typographic")
_FLAGS = (
    "auto_ids",
    "auto_id_stripping",
    "transliterated_header_ids",
    "parse_block_html",
    "parse_span_html",
    "html_to_native",
    "remove_block_html_tags",
    "remove_span_html_tags",
    "remove_line_breaks_for_cjk",
    "footnote_backlink_inline",
    "hard_wrap",
    "gfm_emojis",
    "guess_lang",
    "show_warnings",
    "enable_coderay",
)
#: Kramdown's own options, and those that Jekyll and its parser of GitHub's Markdown add: not ``template``, which runs Ruby.
KRAMDOWN: Mapping[str, Allowed] = {
    **dict.fromkeys(_FLAGS, FLAG),
    **dict.fromkeys(("auto_id_prefix", "footnote_backlink", "footnote_prefix"), TEXT),
    **dict.fromkeys(
        ("link_defs", "syntax_highlighter_opts", "math_engine_opts", "typographic_symbols", "gfm_emoji_opts", "coderay"), TABLE
    ),
    **dict.fromkeys(("footnote_nr", "line_width", "list_indent"), whole(0)),
    "header_offset": whole(-5),
    "input": one_of("GFM", "kramdown"),
    "entity_output": one_of("as_char", "as_input", "numeric", "symbolic"),
    "syntax_highlighter": one_of("rouge", "coderay", "none"),
    "math_engine": one_of("mathjax", "katex", "mathjaxnode", "sskatex", "itex2mml", False),
    "toc_levels": Allowed(
        lambda value: (
            matching(r"[1-6]\.\.[1-6]", "").fits(value)
            or several(lambda one: re.fullmatch("[1-6]", one) is not None, "").fits(value)
        ),
        _LEVELS,
    ),
    "smart_quotes": several(_is_quote, 'four names of characters, like ["lsquo", "rsquo", "ldquo", "rdquo"]', 4),
    "gfm_quirks": several(lambda one: one in _QUIRKS, f'any of {", ".join(_QUIRKS)} in a list, like ["{_QUIRKS[0]}"]'),
    "forbidden_inline_options": several(bool, 'names of options, like ["template"]'),
    "latex_headers": several(bool, "six names of headings in a list", 6),
}
#: Habits with few values; all others have the kind of their default.
HABITS: Mapping[str, Allowed] = {
    "bullet": one_of("*", "-", "+"),
    "emphasis": one_of("*", "_"),
    "strong": one_of("**", "__"),
    "fence": one_of("`", "~"),
    "void_end": one_of(">", " />", "/>"),
    "extension": one_of(".md", ".markdown"),
    "rule": matching(r"([-*_])(?: *\1){2,}", 'a line of three or more *, - or _, like "---"'),
    "ascii": matching("[“”‘’–—…]*", "some of “”‘’–—…, those that are typed in ASCII"),
    "post_url": matching(r"|.*\{post\}.*", 'a text with {post} in it, like "{post}", or ""'),
    "compressed": one_of(*KINDS),
    "links": one_of("inline", "collapsed", "shortcut", "numbered", "named"),
    **dict.fromkeys(("list_gap", "number_gap"), whole(1)),
    **dict.fromkeys(("list_lead", "list_nest", "number_lead", "table_gap", "table_rule_gap"), whole(0)),
}
#: Names of posts.
NAMES = several(bool, 'names in a list, like ["North Sea"]')
_OF_TYPES: Mapping[type, Allowed] = {bool: FLAG, int: whole(0), str: TEXT, dict: TABLE}


def habit(key: str, default: object) -> Allowed:
    """What a habit may be; of one that :data:`HABITS` does not know, what is of its default's kind."""
    kind = type(default)
    return HABITS.get(key) or _OF_TYPES.get(kind) or Allowed(lambda value: type(value) is kind, f"a {kind.__name__}")
