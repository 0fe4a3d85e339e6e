"""Pairs of made-up texts: one story in two media, and two stories on the same subject in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from crawler.text.near import THRESHOLD, signature, similarity
from tests.replica.words import sentence


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and whether they tell the same story."""

    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """Of pairs called the same, the share that are; and of those that are, the share that were called so."""

    precision: float
    recall: float
    pairs: int


def made_pairs(seed: int, number: int) -> list[Pair]:
    """So many of each kind. A second medium cuts, reorders, adds a paragraph of its own, and corrects words."""
    rng = Random(seed)
    made = []
    for _ in range(number):
        story = [sentence(rng) for _ in range(rng.randint(6, 20))]
        made.append(Pair("".join(story), _retold(story, rng), same=True))
        made.append(Pair("".join(story), "".join(sentence(rng) for _ in story), same=False))
    return made


def _retold(story: list[str], rng: Random) -> str:
    told = list(story)
    if rng.random() < 0.5:
        told = told[: max(3, len(told) - rng.randint(1, len(told) // 6))]
    if rng.random() < 0.5:
        at = rng.randrange(len(told))
        told.insert(at, told.pop(rng.randrange(len(told))))
    if rng.random() < 0.5:
        told.append(sentence(rng))
    text = "".join(told)
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(text))
        text = text[:at] + "某" + text[at + 1 :]
    return f"外报讯（记者 甲乙）{text}（文章来源：外报）"


def measured(pairs: list[Pair]) -> Measured:
    """How the measure judges them."""
    called = [(pair.same, similarity(signature(pair.one), signature(pair.other)) >= THRESHOLD) for pair in pairs]
    right = sum(same and found for same, found in called)
    return Measured(right / max(1, sum(found for _, found in called)), right / sum(same for same, _ in called), len(pairs))
