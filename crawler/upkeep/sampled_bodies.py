"""What bodies of source posts tell beside the contents Jekyll made of them: tags of Liquid, references, lines that recur."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import islice
from typing import TYPE_CHECKING

from crawler.markup.source.body import front_matter, without_front_matter
from crawler.reconstruct import Converter, Habits, Rules, give_back
from crawler.reconstruct.liquid.rule import Rule, named
from crawler.reconstruct.liquid.tags import Sample, borne_out, rules_of, silent_tags
from crawler.reconstruct.references import DEFINITIONS, INCLUDE, References, read
from crawler.sites.learned.body import PostNames, addresses
from crawler.sites.learned.site import LearnedSite

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crawler.learn.learned import Learned

#: So many posts tell how many a rule serves.
_POSTS = 60
#: Lines of a sample that are looked at, how long one is at least that is known again, and how many of them are kept.
_LINES, _SHORTEST, _MOST = 1500, 12, 60


def with_bodies(learned: Learned, own: Sequence[tuple[str, str, str]], pages: Iterable[tuple[str, str, str]]) -> Learned:
    """Add it.

    :param own: names, source posts and contents of the samples.
    :param pages: names, pages and contents of posts from all over the site.
    """
    known = addresses(learned.home)
    pairs = [
        Sample(
            without_front_matter(text),
            content.strip("\n"),
            {key: value for key, value in front_matter(text).items() if isinstance(value, str)} | named(name) | known,
        )
        for name, text, content in own
    ]
    references = read([(pair.body, pair.content) for pair in pairs])
    posts, seen = PostNames(LearnedSite.of(learned)), {content for _, _, content in own}
    habits = Habits.of(learned.habits)
    with Converter(learned.kramdown) as converter:
        whole = [_resolved(pair, references) for pair in pairs]
        rules = rules_of(whole, converter, habits, posts)
        learned = _without_shown(learned, silent_tags(whole, converter, habits))
        habits, told = Habits.of(learned.habits), Rules.of({}, references)
        lines = dict(islice(_lines(pairs, Rules.of(rules, references), converter, habits, posts), _MOST))
        others = (
            [(name, content) for name, _, content in islice(pages, _POSTS) if content not in seen] if rules or lines else []
        )
        given = [(give_back(content, converter, habits, posts, told).text, named(name) | known) for name, content in others]
    counts = borne_out(rules, given)
    kept = {tag: gives for tag, gives in rules.items() if counts[tag] or len(own) > 1 or _is_of_page(tag, gives)}
    recurring = {line for text, _ in given for line in text.split("\n")}
    lines = {ours: theirs for ours, theirs in lines.items() if ours in recurring}
    evidence = {f"liquid.{tag}": f"source posts tell it, and {counts[tag]} of {len(given)} other posts have it" for tag in kept}
    for name, value, line in (
        (
            "liquid",
            kept,
            "what a tag gives: {1} is any text, {post} the name of the post's file, {slug} and {year} parts of it",
        ),
        (
            "labels",
            references.labels,
            "the texts of links, with their labels there and where the addresses stand, in that order, and the addresses",
        ),
        ("included", references.included, "addresses that no source post has itself, and its links lead to"),
        ("lines", lines, "how a line comes back, and how source posts have it; it is used where the page stays the same"),
    ):
        evidence |= {name: line} if value else {}
    return replace(
        learned,
        liquid=kept,
        labels=references.labels,
        included=references.included,
        lines=lines,
        evidence={**learned.evidence, **evidence},
    )


def _resolved(pair: Sample, references: References) -> Sample:
    return replace(pair, body=f"{pair.body}\n\n{references.file()}") if references.included else pair


def _without_shown(learned: Learned, silent: Collection[str]) -> Learned:
    """Leave out of the habits of ends whatever is not known to show nothing: a rule tells what other tags give."""

    def ends(habits: Mapping[str, object]) -> dict[str, object]:
        kept = dict(habits)
        for name in ("references", "ending"):
            text = str(habits.get(name, ""))
            for tag in INCLUDE.findall(text):
                if tag not in silent:
                    kept[name] = text.replace(tag, "").rstrip() + "\n" if DEFINITIONS in text else ""
        return kept

    return replace(learned, habits=ends(learned.habits), near={name: ends(one) for name, one in learned.near.items()})


def _is_of_page(tag: str, gives: str) -> bool:
    """Whether only the front matter of other posts could tell how many posts bear a rule out."""
    return any(scope == "page" for scope, _ in Rule(tag, gives).variables)


def _lines(
    pairs: Sequence[Sample], rules: Rules, converter: Converter, habits: Habits, posts: PostNames
) -> Iterator[tuple[str, str]]:
    """Lines of samples that come back otherwise: how they come back, and how they were."""
    for pair in pairs:
        back = give_back(pair.content, converter, habits, posts, rules, pair.about)
        ours, theirs = (text.split("\n")[:_LINES] for text in (back.text, pair.body))
        for kind, start, end, begin, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if kind == "replace" and end - start == stop - begin and back.extension != ".html":
                yield from (
                    (one, other)
                    for one, other in zip(ours[start:end], theirs[begin:stop], strict=True)
                    if len(one) >= _SHORTEST and "{%" not in other and "{{" not in other
                )
