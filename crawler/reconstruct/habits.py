"""How a site's source posts are spelt where the rendered page cannot tell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from crawler.reconstruct.references import ending_of, last_include, style_of
from crawler.reconstruct.white_space import of_blanks

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Habits:
    """The spellings to try first. The defaults are what most sources have."""

    bullet: str = "*"
    emphasis: str = "*"
    strong: str = "**"
    rule: str = "---"
    fence: str = "`"
    #: Whether code without a language is fenced, or indented.
    fenced: bool = True
    #: The characters that are written as the ASCII that kramdown makes them of.
    ascii: str = "“”‘’–…"
    #: Whether headings of the first two levels are underlined.
    setext: bool = False
    #: A link whose text is its own address: ``<http://a.b>``.
    autolinks: bool = True
    #: How far bullets and numbers stand from the margin, and text from them.
    list_lead: int = 0
    list_gap: int = 1
    number_lead: int = 0
    number_gap: int = 1
    #: How far the items of a list in an item stand from the mark of that item; 0 where they stand below its text.
    list_nest: int = 0
    #: How HTML elements with no inside end.
    void_end: str = ">"
    #: Whether a line with nothing in it but the mark of a quote has a blank behind that.
    quote_blank: bool = False
    #: How far the text in a table's cells stands from their bars, and the dashes below the head.
    table_gap: int = 1
    table_rule_gap: int = 0
    #: Whether a post that is nearly all HTML was an HTML file: not where the site's others are Markdown.
    html_files: bool = True
    #: How the names of files of Markdown end.
    extension: str = ".md"
    #: Whether lines of files of Markdown end with a carriage return, too.
    carriage_returns: bool = False
    #: What of white space layouts take away, one of :data:`crawler.reconstruct.white_space.KINDS`.
    compressed: str = ""
    #: Whether another kramdown or Rouge marked the code of pages, so that its text and language alone count.
    marked_elsewhere: bool = False
    #: How posts name each other in ``post_url``: ``{post}`` is the file's name, ``{year}`` its year; nothing if they do not. An
    #: empty ``{{ site.baseurl }}`` may stand before it.
    post_url: str = ""
    #: Whether they most likely do so by the name of the file alone, though no sample tells.
    post_url_likely: bool = False
    #: Whether a line is broken by ``<br>``; how many lines stand empty before the text, and how many line ends behind it.
    html_breaks: bool = False
    front_gap: int = 1
    end_lines: int = 1
    #: How links name their addresses, and, where that is by reference, the end of a post with ``{definitions}`` in it.
    links: str = "inline"
    references: str = ""
    #: An include that every post ends with and that gives nothing, with the blank lines before it.
    ending: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Habits:
        """Habits from a mapping as :meth:`as_mapping` makes it; names that are not known are left out.

        End tags that layouts leave out are put back before a content is read: of ``compressed``, white space alone counts here.

        >>> Habits.of({"bullet": "-", "other": 1}).bullet
        '-'
        """
        known = {field.name: type(field.default) for field in fields(cls)}
        values = {**values, "compressed": of_blanks(str(values.get("compressed", "")))}
        return cls(**{name: value for name, value in values.items() if isinstance(value, known.get(name, ()))})  # type: ignore[arg-type]

    def as_mapping(self) -> dict[str, object]:
        """Names and values, as they stand in ``site.toml``."""
        return asdict(self)


_FENCED = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n(?:.*\n)*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE)
_SPAN = re.compile(r"`[^`\n]+`|\]\([^)\n]*\)|<[^>\n]*>")
_INDENTED = re.compile(r"(?:\A|(?P<before>^[^\s][^\n]*)(?:\n[^\s][^\n]*)*\n\n+)(?: {4}|\t)", re.MULTILINE)
_ITEM = re.compile(r"[-*+]\s|\d+\.\s")
_MARKED = re.compile(r"(?P<lead> {0,3})(?:(?P<bullet>[-*+])|\d+\.)(?P<gap> +)(?!(?P=bullet) )(?=\S)(?!- ?-)|(?P<text>\S)")
_BULLET = re.compile(r"( *)[-*+] +(?=\S)")
_POST_URL = re.compile(r"(\{\{ *site\.baseurl *\}\})?\{% *post_url +(\S*?)(\d{4}-\d\d?-\d\d?-[^\s/]+) *%\}")
_VOID = re.compile(r"<(?:img|br|hr|input|source)\b[^<>]*?( ?/?>)", re.IGNORECASE)
_BREAKS = re.compile(r"\S {2,}\n(?=\S)"), re.compile(r"<br ?/?>\n", re.IGNORECASE)
_ROW = re.compile(r"^\|( ?)[^\n|]*\|[^\n]*\n\|( ?):?-[ :|-]*$", re.MULTILINE)
#: The text of items stands in this column where it does not stand as near as it can.
_COLUMN = 4
#: What the one and the other spelling looks like in a source without its code.
_EITHER: Mapping[str, tuple[tuple[object, re.Pattern[str]], ...]] = {
    "emphasis": (
        ("*", re.compile(r"(?<![*\w\\])\*(?=[^\s*])")),
        ("_", re.compile(r"(?<![_\w\\])_(?=[^\s_])")),
    ),
    "strong": (
        ("**", re.compile(r"(?<![*\w\\])\*\*(?=[^\s*])")),
        ("__", re.compile(r"(?<![_\w\\])__(?=[^\s_])")),
    ),
    "rule": tuple(
        (rule, re.compile(rf"\n\n{re.escape(rule)}[ \t]*$", re.MULTILINE))
        for rule in ("---", "***", "* * *", "- - -", "___", "----", "-----", "*****")
    ),
    "setext": (
        (False, re.compile(r"^#{1,2}(?!#)", re.MULTILINE)),
        (True, re.compile(r"^[^\s>|#-][^\n]*\n(?:=+|--+)[ \t]*$", re.MULTILINE)),
    ),
    "autolinks": (
        (True, re.compile(r"<(?:https?|ftp|mailto):[^>\s]+>")),
        (False, re.compile(r"\[((?:https?|ftp)://[^\]\s]+)\]\(\1/?\)")),
    ),
    "quote_blank": ((False, re.compile(r"^>$", re.MULTILINE)), (True, re.compile(r"^> +$", re.MULTILINE))),
    "fence": (("`", re.compile(r"^ {0,3}```", re.MULTILINE)), ("~", re.compile(r"^ {0,3}~~~", re.MULTILINE))),
}
_ASCII = {
    "“": r'(?<![\w\\])"(?=\w)',
    "”": r'(?<=[\w.,!?])"(?!\w)',
    "‘": r"(?<![\w\\])'(?=\w)",
    "’": r"(?<=\w)'",
    "–": r"(?<=[\w ,])--(?=[\w ])",
    "—": r"(?<=[\w ,])---(?=[\w ])",
    "…": r"\.\.\.",
}


def habits_of(samples: Sequence[str], likely: dict[str, object] | None = None, without: Container[str] = ()) -> Habits:
    r"""The habits of the bodies of source posts, by which spelling they have most often; where they have none, the likely ones.

    ``without`` names habits that are the samples' own.

    >>> found = habits_of(["-   a\n-   b\n\n“c” it's"] * 2)
    >>> found.bullet, found.list_gap, found.ascii
    ('-', 3, '‘’–…')
    """
    return Habits.of((likely or {}) | columns({name: value for name, value in told(samples).items() if name not in without}))


def columns(found: dict[str, object]) -> dict[str, object]:
    """Habits with what goes for numbered items as for the others, where only the one was told: column and distance.

    >>> columns({"list_gap": 3, "list_lead": 2})
    {'list_gap': 3, 'list_lead': 2, 'number_lead': 2, 'number_gap': 2}
    """
    for one, other in (("list_lead", "number_lead"), ("number_lead", "list_lead")):
        if one in found:
            found.setdefault(other, found[one])
    if found.get("list_gap") == _COLUMN - 1:
        found.setdefault("number_gap", _COLUMN - 2)
    elif found.get("number_gap") == _COLUMN - 2:
        found.setdefault("list_gap", _COLUMN - 1)
    return found


def told(samples: Sequence[str]) -> dict[str, object]:
    """The habits that the bodies of source posts have a sign of, by their names."""
    texts = [sample.replace("\r\n", "\n") for sample in samples]
    prose = [_SPAN.sub(lambda span: "x" if span[0][0] == "`" else "", _FENCED.sub("", text)) for text in texts]
    found: dict[str, object] = {}
    for name, spellings in _EITHER.items():
        read = texts if name in ("autolinks", "fence") else prose
        _vote(found, name, [(value, sum(len(seen.findall(text)) for text in read)) for value, seen in spellings])
    bare = sum(not one[0].partition("\n")[0].strip(" `~\t") for text in texts for one in _FENCED.finditer(text))
    indented = sum(not _ITEM.match(one["before"] or "") for text in prose for one in _INDENTED.finditer(text))
    _vote(found, "fenced", ((True, bare), (False, indented)))
    items = [one for text in prose for one in _items(text)]
    _vote(found, "bullet", Counter(mark for _, mark, _ in items if mark).items())
    for name, numbered in (("list", False), ("number", True)):
        _vote(found, f"{name}_lead", Counter(lead for lead, mark, _ in items if bool(mark) != numbered and lead >= 0).items())
        _vote(found, f"{name}_gap", Counter(gap for _, mark, gap in items if bool(mark) != numbered).items())
    _vote(found, "list_nest", Counter(one for text in prose for one in _nests(text)).items())
    voids = Counter(end for text in texts for end in _VOID.findall(_FENCED.sub("", text)))
    _vote(found, "void_end", ((end, voids[end]) for end in (">", " />", "/>")))
    rows = [one for text in prose for one in _ROW.findall(text)]
    _vote(found, "table_gap", Counter(len(gap) for gap, _ in rows).items())
    _vote(found, "table_rule_gap", Counter(len(gap) for _, gap in rows).items())
    whole = [_FENCED.sub("", text) for text in texts]
    _vote(found, "front_gap", Counter(len(text) - len(text.lstrip("\n")) for text in texts).items())
    ends = Counter([Habits().end_lines])  # an end without a line end is mostly a slip
    ends.update(len(text) - len(text.rstrip("\n")) for text in texts)
    _vote(found, "end_lines", ends.items() if texts else ())
    breaks = [sum(len(seen.findall(text)) for text in whole) for seen in _BREAKS]
    _vote(found, "html_breaks", zip((False, True), breaks, strict=True))
    style, endings = style_of(whole), Counter(filter(None, map(ending_of, texts)))
    if style:
        found["links"] = style
    _vote(found, "references", endings.items())
    _vote(found, "ending", Counter(map(last_include, texts)).items())
    names = [one for text in texts for one in _POST_URL.findall(text)]
    _vote(
        found,
        "post_url",
        Counter(f"{base}{folder.replace(post[:4], '{year}')}{{post}}" for base, folder, post in names).items(),
    )
    if any(re.search(rf"{character}|{plain}", text) for text in prose for character, plain in _ASCII.items()):
        found["ascii"] = "".join(_ascii(prose))
    return found


def _items(text: str) -> Iterator[tuple[int, str, int]]:
    """How far each item stands from the margin, -1 if maybe inside another; its bullet, if any; how far its text stands off."""
    outer = -1
    for line in text.split("\n"):
        found = _MARKED.match(line)
        if found and found["text"] is None:
            lead = len(found["lead"])
            outer = lead if outer < 0 else min(outer, lead)
            yield lead if lead == outer else -1, found["bullet"] or "", len(found["gap"])
        elif found:
            outer = -1


def _nests(text: str) -> Iterator[int]:
    """How far the first item of each list in an item stands from the mark of that item; 0 where it stands below its text."""
    outer = None
    for line in text.split("\n"):
        found = _BULLET.match(line)
        if found and outer and len(found[1]) > len(outer[1]):
            far = len(found[1]) - len(outer[1])
            yield 0 if far == len(outer[0]) - len(outer[1]) else far
        outer = found or (outer if not line.strip() else None)


def _vote(found: dict[str, object], name: str, votes: Iterable[tuple[object, int]]) -> None:
    value, most = max(votes, key=lambda vote: vote[1], default=(None, 0))
    if most:
        found[name] = value


def _ascii(texts: Sequence[str]) -> Iterable[str]:
    """The characters that are written in ASCII. Each sample has one vote and the default another: a text may be pasted."""
    for character, pattern in _ASCII.items():
        votes = 1 if character in Habits().ascii else -1
        for text in texts:
            literal, plain = text.count(character), len(re.findall(pattern, text))
            votes += (plain > literal) - (plain < literal)
        if votes > 0 or (votes == 0 and character in Habits().ascii):
            yield character
