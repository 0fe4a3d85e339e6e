"""A site's ``kramdown`` settings, told by which of them give the bytes of its pages from the shortest text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.reconstruct.document import Document
from crawler.reconstruct.kramdown.read_settings import read_settings
from crawler.reconstruct.kramdown.typography import typography_told
from crawler.reconstruct.ruby.converter import Converter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.reconstruct.habits import Habits

#: How many contents are tried, how many of them for one setting, and how long they may be.
_SAMPLE, _CONCERNED, _LONGEST = 60, 5, 12_000
#: How many contents of which nothing shows that a setting concerns them are asked whether it harms them.
_OTHERS = 8
_HARD_WRAP: dict[str, object] = {"hard_wrap": True}
_NO_IDS: dict[str, object] = {"auto_ids": False}
_NO_SPANS = {"span": {"disable": True}}
_TYPOGRAPHY = re.compile("[“”‘’„‚«»‹›–—…]")
#: Settings that are tried where the contents have something that they could make.
_CANDIDATES: tuple[tuple[str, dict[str, object]], ...] = (
    (r"<pre><code|<code>", {"syntax_highlighter": "none"}),
    (r"(?<!<pre>)(?<!\">)<code>", {"syntax_highlighter_opts": _NO_SPANS}),
    (r"<h[1-6]>", _NO_IDS),
    (r"<h[1-6] id=\"[^\"]*\">\s*(?:\d|[^\x00-\x7f])", {"input": "kramdown"}),
    (r"<br />[\n ]", _HARD_WRAP),
    (r"&(?:[lr][sd]quo|[nm]dash|hellip|nbsp);", {"entity_output": "symbolic"}),
    (r"&#\d{3,4};", {"entity_output": "numeric"}),
    (r"&(?:#82\d\d|copy|[nm]dash|hellip|nbsp);", {"entity_output": "as_input"}),
    (r'class="kdmath"', {"math_engine": None}),
)
_ID = re.compile(r'<h([1-6]) id="([^"]*)"')
_NO_ID = re.compile("<h[1-6]>")
_HIGHLIGHTED_SPAN = re.compile(r'<code class="language-[^"]* highlighter-rouge">')


def settings_of(contents: Sequence[str], habits: Habits, evidence: dict[str, str] | None = None) -> Mapping[str, object]:
    """The ``kramdown`` settings under which most contents come out of shorter texts; only what differs from Jekyll's own.

    :param evidence: what bears out all of them (``kramdown``) and each (``kramdown.hard_wrap``) is written into it.
    :raises NoConverter: if there is no Ruby with Jekyll.
    """
    evidence = {} if evidence is None else evidence
    fitting = [content for content in contents if len(content) <= _LONGEST]
    sample = _spread(fitting, _SAMPLE)
    found: dict[str, object] = {}
    candidates = (*read_settings(sample), *typography_told(sample), *_CANDIDATES)
    with Converter({}) as converter:
        lengths = _Lengths(converter, habits)
        for _ in range(2):  # what one setting hides shows when it is found
            before = dict(found)
            for pattern, change in candidates:
                matches = [content for content in sample if re.search(pattern, content)]
                concerned = _spread(matches, _CONCERNED)
                others = _spread([content for content in sample if content not in matches], _OTHERS)
                changed = _changed(found, change)
                if not _is_possible(change, sample):
                    continue
                better = lengths.shorter(concerned, changed, found)
                if better and not lengths.harms(others, changed, found):
                    told = f"gives {better} of {counted(len(concerned), 'content')} looked at from shorter Markdown"
                    evidence |= dict.fromkeys((f"kramdown.{name}" for name in change if changed != found), told)
                    found = changed
            if found == before:
                break
    tried = f"tried in {len(sample)} of {counted(len(contents), 'content')}"
    evidence["kramdown"] = f"these give contents from shorter Markdown, of {len(candidates)} settings {tried}"
    if not found:
        evidence["kramdown"] = f"Jekyll's own settings, and no others: none of {len(candidates)} {tried} did better"
    return found


def _spread(contents: Sequence[str], count: int) -> Sequence[str]:
    """At most so many of the contents, from all over them."""
    return contents[:: max(1, -(-len(contents) // count))]


def _is_possible(change: Mapping[str, object], contents: Sequence[str]) -> bool:
    """Whether nothing in the contents tells against a setting.

    Each end of a line can be a break where none in a paragraph is not, and a third of the contents have breaks.
    Headings have no IDs of themselves where fewer have one than have none.
    """
    if change == _NO_IDS:
        return sum(len(_NO_ID.findall(one)) - len(_ID.findall(one)) for one in contents) > 0
    if "syntax_highlighter" in change or change.get("syntax_highlighter_opts") == _NO_SPANS:
        return not any(_HIGHLIGHTED_SPAN.search(content) for content in contents)
    if change != _HARD_WRAP:
        return True
    soft = any(re.search(r"<p>[^<]*(?<!<br />)\n", content) for content in contents)
    return not soft and sum("<br />\n" in content or "<br /> " in content for content in contents) * 3 >= len(contents)


def _changed(settings: Mapping[str, object], change: Mapping[str, object]) -> dict[str, object]:
    """Settings with a change; what the highlighter is told is put together."""
    changed = {**settings, **change}
    options = (settings.get("syntax_highlighter_opts"), change.get("syntax_highlighter_opts"))
    if isinstance(options[0], dict) and isinstance(options[1], dict):
        changed["syntax_highlighter_opts"] = {**options[0], **options[1]}
    return changed


class _Lengths:
    """How long the texts are from which contents come."""

    def __init__(self, converter: Converter, habits: Habits) -> None:
        self._converter, self._habits = converter, habits
        self._known: dict[tuple[str, str], int] = {}

    def shorter(self, contents: Sequence[str], changed: Mapping[str, object], settings: Mapping[str, object]) -> int:
        """How many contents come from shorter texts under changed settings; none unless most, and all together, do."""
        after, before = ([self._length(content, kramdown) for content in contents] for kramdown in (changed, settings))
        better = sum(one < other for one, other in zip(after, before, strict=True))
        return better if 2 * better > len(contents) and sum(after) < sum(before) else 0

    def harms(self, contents: Sequence[str], changed: Mapping[str, object], settings: Mapping[str, object]) -> bool:
        """Whether a quarter of the contents, or more, come from longer texts under changed settings.

        What a few posts have as HTML, such as headings without an id, looks like a setting, if one looks at them alone.
        """
        after, before = ([self._length(content, kramdown) for content in contents] for kramdown in (changed, settings))
        return 4 * sum(one > other for one, other in zip(after, before, strict=True)) >= max(len(contents), 1)

    def _length(self, content: str, kramdown: Mapping[str, object]) -> int:
        key = content, str(kramdown)
        if key not in self._known:
            if kramdown != self._converter.kramdown:
                self._converter.configure(kramdown)
            self._known[key] = self._length_of(content)
        return self._known[key]

    def _length_of(self, content: str) -> int:
        """The length of one text; ASCII counts as shorter than the characters that it becomes."""
        document = Document(content, self._habits, self._converter.kramdown, {})
        if not document.spell(self._converter):
            return 2 * len(content)
        text = document.text()
        return len(text) + 3 * len(_TYPOGRAPHY.findall(text))
