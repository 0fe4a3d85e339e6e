"""What source posts that a person still has tell of a learned site: habits, front matter, and what tags of Liquid give."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.markup.source.body import front_matter, without_front_matter
from crawler.reconstruct import habits_of
from crawler.reconstruct.habits import told as told_by
from crawler.reconstruct.likely import likely
from crawler.reconstruct.near import contested, of_a_time
from crawler.upkeep.base_path import with_base_path
from crawler.upkeep.sampled_bodies import with_bodies
from crawler.upkeep.sampled_settings import with_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.learn.learned import Learned

_MARKDOWN = (".md", ".markdown")
#: Keys that are read out of pages, or that the form of the front matter has.
_READ = frozenset(
    (
        *("layout", "title", "date", "category", "categories", "tag", "tags"),
        *("author", "permalink", "description", "excerpt", "image", "redirect_from"),
    )
)
#: Values as long as true are on every page.
_FLAG = 5
#: A key whose value stands in its line.
_KEY = re.compile(r"^([A-Za-z_][\w-]*):[ \t]+([^\s>|&*{\[#!%@].*?)[ \t\r]*$(?!\n[ \t]+\S)", re.MULTILINE)


def with_samples(learned: Learned, samples: Mapping[str, str], pages: Callable[..., Iterator[tuple[str, str, str]]]) -> Learned:
    """Add what the samples tell.

    :param samples: source posts by their file names.
    :param pages: gives the name, page and content of posts: of those with some names of files (without extension), or of some.
    """
    told = f"from {counted(len(samples), 'source post')}" if samples else "no source post was given; these are the commonest"
    first = next(iter(samples.values()), "")
    bodies = [without_front_matter(text) for text in samples.values()]
    contents = [(name, content) for name, _, content in pages(None)] if learned.source == "markdown" else []
    are_likely, why = likely(contents)
    by_samples = told_by(bodies)
    spelt = habits_of(bodies, are_likely, of_a_time(bodies)).as_mapping()
    endings = Counter(ending for name in samples for ending in _MARKDOWN if name.endswith(ending))
    if endings:
        spelt["extension"] = endings.most_common(1)[0][0]
        spelt["carriage_returns"] = all("\r\n" in text for text in samples.values())
    habits = {**spelt, **learned.habits}
    learned = replace(
        learned,
        habits=habits,
        near=contested({name: (_author(text), without_front_matter(text)) for name, text in samples.items()}),
        front_matter=first.removesuffix(without_front_matter(first)),
        samples=digests(samples),
        evidence={
            **learned.evidence,
            "habits": told,
            **{f"habits.{name}": line for name, line in why.items() if name not in by_samples},
        },
    )
    if not samples:
        learned = with_base_path(learned, [content for _, content in contents])
    own = list(pages({one for name, text in samples.items() for one in _names(name, text)})) if samples else []
    learned = _with_keys(learned, samples, own)
    if learned.source != "markdown" or not own:
        return learned
    texts = {one: text for name, text in samples.items() for one in _names(name, text)}
    learned = with_settings(learned, [(without_front_matter(texts[name]), content) for name, _, content in own])
    return with_bodies(learned, [(name, texts[name], content) for name, _, content in own], pages(None))


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
