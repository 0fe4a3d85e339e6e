"""What source posts that a person still has tell of a learned site: habits, front matter, and what tags of Liquid give."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.counted import counted
from crawler.markup.body import front_matter, without_front_matter
from crawler.reconstruct import Converter, Habits, give_back, habits_of
from crawler.reconstruct.liquid import named
from crawler.reconstruct.near import contested
from crawler.reconstruct.tags import Sample, borne_out, rules_of
from crawler.sites.learned import LearnedSite
from crawler.sites.learned_body import PostNames, addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.learn.learned import Learned

#: Keys that are read out of pages, or that the form of the front matter has.
_READ = frozenset(
    ("layout", "title", "date", "category", "categories", "tag", "tags", "author", "permalink", "description", "image")
)
#: So many posts tell how many a rule serves.
_POSTS = 60
#: Values as long as true are on every page.
_FLAG = 5
_KEY = re.compile(r"^([A-Za-z_][\w-]*):[ \t]*(\S.*?)[ \t\r]*$", re.MULTILINE)


def with_samples(learned: Learned, samples: Mapping[str, str], pages: Callable[..., Iterator[tuple[str, str, str]]]) -> Learned:
    """Add what the samples tell.

    :param samples: source posts by their file names.
    :param pages: gives the name, page and content of posts: of those with some names of files (without extension), or of some.
    """
    told = f"from {counted(len(samples), 'source post')}" if samples else "no source post was given; these are the commonest"
    first = next(iter(samples.values()), "")
    habits = {**habits_of([without_front_matter(text) for text in samples.values()]).as_mapping(), **learned.habits}
    learned = replace(
        learned,
        habits=habits,
        near=contested({name: (_author(text), without_front_matter(text)) for name, text in samples.items()}),
        front_matter=first.removesuffix(without_front_matter(first)),
        samples=digests(samples),
        evidence={**learned.evidence, "habits": told},
    )
    own = list(pages({one for name, text in samples.items() for one in _names(name, text)})) if samples else []
    return _with_rules(_with_keys(learned, samples, own), samples, own, pages)


def digests(samples: Mapping[str, str]) -> dict[str, str]:
    """By what ``site.toml`` knows source posts again."""
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in samples.items()}


def _names(name: str, text: str) -> tuple[str, ...]:
    """What tells the page of a source post: the name of its file, or an address of its own."""
    permalink = str(front_matter(text).get("permalink") or "")
    return (name.rpartition(".")[0], permalink) if permalink else (name.rpartition(".")[0],)


def _author(text: str) -> str:
    found = front_matter(text)
    author = found.get("author") or found.get("authors") or ""
    return str(author[0] if isinstance(author, list) else author)


def _with_keys(learned: Learned, samples: Mapping[str, str], own: list[tuple[str, str, str]]) -> Learned:
    """Add the keys that no page shows, and of several samples the lines that all have."""
    pages = {name: html.unescape(page) for name, page, _ in own}
    shown: dict[str, bool] = {}
    lines = []
    for name, text in samples.items():
        lines.append(set(_KEY.findall(text.removesuffix(without_front_matter(text)))))
        page = next((pages[one] for one in _names(name, text) if one in pages), "")
        for key, value in front_matter(text).items():
            if key not in _READ:
                shown[key] = shown.get(key, False) or (isinstance(value, str) and len(value) > _FLAG and value in page)
    same = {key for key, _ in set.intersection(*lines)} - _READ if len(lines) > 1 else set()
    missing = tuple(key for key in shown if key not in same)
    never = ", ".join(key for key in missing if not shown[key])
    evidence = {}
    if same:
        evidence["constants"] = f"all {len(lines)} source posts have the same under these keys, so that every post gets it"
    if missing:
        had = f"{counted(len(lines), 'source post')} had these keys, and posts come back without them"
        evidence["missing"] = f"{had}; no page shows {never}" if never else had
    return replace(learned, constants=tuple(sorted(same)), missing=missing, evidence={**learned.evidence, **evidence})


def _with_rules(
    learned: Learned,
    samples: Mapping[str, str],
    own: list[tuple[str, str, str]],
    pages: Callable[..., Iterator[tuple[str, str, str]]],
) -> Learned:
    """Add what tags of Liquid give, as far as other posts bear it out."""
    if learned.source != "markdown" or not any("{%" in text or "{{" in text for text in samples.values()):
        return learned
    bodies = {one: text for name, text in samples.items() for one in _names(name, text)}
    known, posts = addresses(learned.home), PostNames(LearnedSite.of(learned))
    pairs = [
        Sample(without_front_matter(bodies[name]), content, _about(name, front_matter(bodies[name])) | known)
        for name, _, content in own
    ]
    habits = Habits.of(learned.habits)
    with Converter(learned.kramdown) as converter:
        rules = rules_of(pairs, converter, habits, posts)
        if not rules:
            return learned
        seen = {content for _, _, content in own}
        others = [(name, content) for name, _, content in islice(pages(None), _POSTS) if content not in seen]
        given = [(give_back(content, converter, habits, posts).text, _about(name, {}) | known) for name, content in others]
    counts = borne_out(rules, given)
    kept = {tag: gives for tag, gives in rules.items() if counts[tag] or len(samples) > 1 or "{page" in gives}
    told = {f"liquid.{tag}": f"source posts tell it, and {counts[tag]} of {len(given)} other posts have it" for tag in kept}
    told["liquid"] = "what a tag gives: {1} is any text, {post} the name of the post's file, {slug} and {year} parts of it"
    return replace(learned, liquid=kept, evidence={**learned.evidence, **told} if kept else learned.evidence)


def _about(name: str, front: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in front.items() if isinstance(value, str)} | named(name)
