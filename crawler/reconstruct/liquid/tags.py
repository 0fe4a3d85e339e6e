"""Learns from source posts that a person still has, and the contents Jekyll made of them, what their tags of Liquid give.

The source is rendered with a word of its own in the place of each tag, and given back; so is the content. Both are then spelt
alike, and what the one has in the place of the word is what the tag gave. Nothing of it is run as Liquid.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.reconstruct.give_back import give_back
from crawler.reconstruct.liquid.rule import ADDRESSES, BadRule, Rule, is_own
from crawler.reconstruct.liquid.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.reconstruct.habits import Habits
    from crawler.reconstruct.ruby.converter import Converter

#: Tags, and whatever stands between two that belong together; what is written directly after another variable belongs to it.
_TAG = re.compile(
    r"(?P<block>\{%-? *(?P<name>highlight|raw|comment|capture|if|unless|for|case|tablerow)\b.{0,20000}?"
    r"\{%-? *end(?P=name) *-?%\})"
    r"|(?P<tag>\{%-?(?:(?!%\}).){0,2000}%\})|(?P<variable>(?:\{\{(?:(?!\}\}).){0,500}\}\}){1,9})",
    re.DOTALL,
)
_WORD = "xliquid{}x"
_WORDS = re.compile(r"xliquid(\d+)x")
_PARAMETER = re.compile(r"(?<==)(?:\"([^\"]*)\"|'([^']*)')")
_FILTERED = re.compile(r"\{\{ *([\"'])(/?[^\"'{}]*)\1 *\| *(relative_url|absolute_url) *\}\}")
#: What stands before and behind an address.
_BEFORE, _BEHIND = re.compile(r"(?:\]\(|=\"|=')\Z"), re.compile(r"[)\"'/]")
#: So much of a text tells where it is found again.
_ANCHOR = 40
#: Shorter texts may stand anywhere.
_SHORT = 4
_MOST_RULES = 40
#: Holes of a tag, and values that may be any, in a regular expression.
_EMPTY = re.compile(r"\\\{\w+\\\}|(?<=\")(?=\")")
#: A parameter that is a setting, and none of the words of a post.
_PLAIN = re.compile(r"[\w-]*")
#: Characters that no text has, for holes that have no numbers yet.
_HOLES = 0xF0000


@dataclass(frozen=True, slots=True)
class Sample:
    """A source post without its front matter, the content Jekyll made of it, and what the post has by name (``title``)."""

    body: str
    content: str
    about: Mapping[str, str]


def rules_of(
    samples: Sequence[Sample], converter: Converter, habits: Habits, posts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What the tags of the samples give, by the tags. Only what the samples bear out without exception is told."""
    habits = replace(habits, html_files=False)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        for rule in _instances(sample, converter, habits):
            found[rule.gives][rule.tag] += 1
    gives: dict[str, set[str]] = defaultdict(set)
    for text, tags in found.items():
        gives[max(sorted(tags), key=tags.__getitem__)].add(text)
    rules = {tag: next(iter(texts)) for tag, texts in sorted(gives.items()) if len(texts) == 1}
    rules = dict(list(rules.items())[:_MOST_RULES])
    if not rules:
        return {}
    given = [give_back(sample.content, converter, habits, posts).text for sample in samples]
    while wrong := {tag for sample, text in zip(samples, given, strict=True) for tag in _denied(rules, sample, text)}:
        rules = {tag: gives for tag, gives in rules.items() if tag not in wrong}
    return rules


def _denied(rules: Mapping[str, str], sample: Sample, given: str) -> Iterator[str]:
    """The tags that the rules put into a sample where it has none."""
    put = Rules.of(rules).put(given, sample.about)
    for tag in rules:
        written = re.compile(_EMPTY.sub('[^"\n]{0,500}', re.escape(tag)))
        if len(written.findall(put)) > len(written.findall(sample.body)):
            yield tag


def silent_tags(samples: Sequence[Sample], converter: Converter, habits: Habits) -> set[str]:
    """The tags that gave nothing wherever the samples have them."""
    gave: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        for found, text in _gave(sample, converter, replace(habits, html_files=False)):
            gave[found[0]].add(text.strip())
    return {tag for tag, texts in gave.items() if texts == {""}}


def _instances(sample: Sample, converter: Converter, habits: Habits) -> Iterator[Rule]:
    """The tags of a sample, with what each gave there."""
    for found, gave in _gave(sample, converter, habits):
        before, behind = sample.body[: found.start()], sample.body[found.end() : found.end() + 1]
        rule = _rule(found[0], gave, sample.about, (before[-2:], behind))
        if rule is not None:
            yield rule


def _gave(sample: Sample, converter: Converter, habits: Habits) -> Iterator[tuple[re.Match[str], str]]:
    """The tags of a sample where they stand, and what each gave there, as far as that can be told."""
    tags: list[re.Match[str]] = []

    def word(found: re.Match[str]) -> str:
        tags.append(found)
        return _WORD.format(len(tags) - 1)

    body = _TAG.sub(word, sample.body)
    rendered = converter.convert([body])[0] if any(one["tag"] or one["variable"] for one in tags) else None
    if rendered is None:
        return
    parts = _WORDS.split(give_back(rendered, converter, habits).text)
    given = give_back(sample.content, converter, habits).text.rstrip("\n") + "\n\n"
    for number, gave in _aligned(parts, given):
        if number < len(tags):
            yield tags[number], gave


def _aligned(parts: Sequence[str], given: str) -> Iterator[tuple[int, str]]:
    """The numbers of tags, and what a text has in their places; ``parts`` are texts and numbers by turns."""
    place = _behind(parts[0], given, 0)
    for number, text in zip(parts[1::2], parts[2::2], strict=True):
        start = text if len(text) <= _ANCHOR else text[:_ANCHOR]
        is_last = text is parts[-1]
        if is_last and given.rstrip("\n").endswith(text.rstrip("\n")):
            end = max(place, len(given.rstrip("\n")) - len(text.rstrip("\n")))
        else:
            end = given.find(start, place) if place >= 0 and start else -1
        if end >= place >= 0:
            yield int(number), given[place:end]
        place = _behind(text, given, max(end, place, 0))


def _behind(text: str, given: str, place: int) -> int:
    """Where a text is found again, and ends; -1 if it is not."""
    if given.startswith(text, place):
        return place + len(text)
    end = text[-_ANCHOR:]
    found = given.find(end, place) if len(end) == _ANCHOR else -1
    return found + len(end) if found >= 0 else -1


def _rule(tag: str, gave: str, about: Mapping[str, str], around: tuple[str, str]) -> Rule | None:
    """The rule that says that a tag gives what it gave here; ``None`` if it cannot be told."""
    if tag.startswith("{%"):
        rule = _include(tag, gave, about)
    elif (filtered := _FILTERED.fullmatch(tag)) is not None:
        if about.get(filtered[3], "\0") + filtered[2] != gave:
            return None
        rule = Rule(f'{{{{ "{{1}}" | {filtered[3]} }}}}', about[filtered[3]] + "{1}")
        before, behind = _BEFORE.search(around[0]), _BEHIND.match(around[1])
        rule = Rule(f"{before[0]}{rule.tag}{behind[0]}", f"{before[0]}{rule.gives}{behind[0]}") if before and behind else None
    else:
        rule = _variable(tag, gave, about, around)
    try:
        if rule is not None:
            rule.check()
    except BadRule:
        return None
    return rule


def _variable(tag: str, gave: str, about: Mapping[str, str], around: tuple[str, str]) -> Rule | None:
    variables = Rule(tag, "").variables
    known = [about.get(f"{scope}.{name}" if scope == "site" else name) for scope, name in variables]
    if all(scope == "site" and name in ADDRESSES for scope, name in variables):
        before, behind = _BEFORE.search(around[0]), _BEHIND.match(around[1])
        if not before or not behind or "".join(one or "" for one in known) != gave:
            return None
        return Rule(f"{before[0]}{tag}{behind[0]}", f"{before[0]}{gave}{behind[0]}")
    if len(variables) != 1 or len(gave) < _SHORT or "\n" in gave:
        return None
    scope, name = variables[0]
    if scope == "page":
        return Rule(tag, f"{{{name}}}") if known[0] == gave else None
    return Rule(tag, gave) if scope == "site" and is_own(name) and not Rule(gave, "").holes else None


def _include(tag: str, gave: str, about: Mapping[str, str]) -> Rule | None:
    """An include with holes for its parameters, and for the post's own name and year."""
    if not gave.strip() or Rule(gave, "").holes or not Rule(tag, "").include:
        return None
    values = list(dict.fromkeys(one or other for one, other in _PARAMETER.findall(tag)))
    holes = {value: chr(_HOLES + place) for place, value in enumerate(values)}
    for value in sorted(values, key=len, reverse=True):
        gave = _holed(gave, value, holes[value])
    shown = [value for value in values if holes[value] in gave]
    if about.get("slug", "\0") in gave:
        for name in ("post", "slug", "year"):
            gave = _holed(gave, about.get(name, ""), f"{{{name}}}")
    numbers = {value: f"{{{place}}}" for place, value in enumerate(shown, 1)}
    for value, number in numbers.items():
        gave = gave.replace(holes[value], number)

    def parameter(found: re.Match[str]) -> str:
        value = found[1] or found[2] or ""
        if value in numbers:
            return f'"{numbers[value]}"'
        return found[0] if _PLAIN.fullmatch(value) else '""'  # what no page shows of it, nothing tells of other posts

    return Rule(_PARAMETER.sub(parameter, tag), gave)


def _holed(text: str, value: str, hole: str) -> str:
    """A text with a hole wherever it has a value by itself."""
    return re.sub(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", hole, text) if value else text


def borne_out(rules: Mapping[str, str], given: Iterable[tuple[str, Mapping[str, str]]]) -> Counter[str]:
    """In how many posts each rule puts its tag, of texts that were given back and what the posts have by name."""
    counts: Counter[str] = Counter()
    for text, about in given:
        for tag, gives in rules.items():
            pattern = Rule(tag, gives).pattern(about)
            counts[tag] += pattern is not None and pattern.search(text) is not None
    return counts
