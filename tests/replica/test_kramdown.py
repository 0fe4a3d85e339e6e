"""Digests, short titles and bare bodies of all sorts, through the real kramdown and back."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

import pytest

from crawler.items import Exchange, Post
from crawler.sites.finews import facts
from tests.made import make_post
from tests.replica.build import run_jekyll, write_site
from tests.replica.forms import Draft, Form, market, rolling
from tests.replica.media import Medium

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("jekyll")

ATOMS = [
    "公司", "增长", "利润", "同比", "。", "，", "“好”", "‘好’", "……", "——", "--", "...", '"en"', '"好"', "'x'", "*强*", "**重**", "#", "1.",
    "(1)", "|", "[公告]", "5 < 6", "A&B", "：", "%", "+", "-", " ", "  ", "\u3000", "《书》", "<http://a.b/c?d=1&e=2>", "_", "~", "3.5%", "$5",
    "it's", "!", "【x", "<b>x</b>",
]  # fmt: skip
WORDS = ["公司", "增长", "利润", "，", "同比"]


def text(rng: Random, length: int) -> str:
    return "".join(rng.choice(ATOMS if rng.random() < 0.6 else WORDS) for _ in range(length))


def make_sources(rng: Random, number: int) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Source posts by name and share answers by ID."""
    sources, answers = {}, {}
    for serial in range(number):
        body = text(rng, 8) if rng.random() < 0.4 else "".join(f"<p>\u3000\u3000{text(rng, 6)}</p>" for _ in range(2))
        form = rng.choice(["plain", "quoted", "short", "body"])
        rolls = form in ("plain", "quoted")
        digits = f"2022030129{serial:08}"
        draft = Draft(
            digits if rolls else f"NW{digits}", f"标题{serial}", "2022-03-01 10:00:00", Medium("报", "bao"),
            text(rng, rng.randint(1, 8)), text(rng, 3), body,
        )  # fmt: skip
        if rolls:
            source = rolling(draft, Form("joined", zone=True, text=form))
        else:
            source = market(draft, Form("category", zone=True, text=form, share_host="choicewzp1.eastmoney.com"))
        sources[f"2022-03-01-{draft.id}.md"] = source
        answers[f"NW{digits}"] = {"content" if rolls else "text": body}
    return sources, answers


def build(folder: Path, sources: dict[str, str]) -> dict[str, bytes]:
    """The pages Jekyll makes, by source post's name."""
    write_site(folder / "source", sources, set())
    run_jekyll(folder / "source", folder / "site")
    pages = {path.stem: path for path in (folder / "site").rglob("2022/03/01/*.html")}
    return {name: pages[name[11:-3]].read_bytes() for name in sources}


@pytest.mark.parametrize("with_answers", [True, False], ids=["shares", "pages alone"])
def test_what_is_rebuilt_renders_the_same(tmp_path: Path, with_answers: bool) -> None:
    sources, answers = make_sources(Random(11), 600)
    pages = build(tmp_path / "first", sources)
    posts: dict[str, Post] = {}
    for name, body in pages.items():
        page = Exchange(f"https://{facts.HOST}/bao/2022/03/01/{name[11:-3]}.html", 200, body)
        fields = answers[facts.share_id(name[11:-3])]
        made = make_post(page, Exchange("", 200, json.dumps(fields).encode()) if with_answers else None)
        assert isinstance(made, Post)
        posts[name] = made
    again = build(tmp_path / "again", {name: post.content for name, post in posts.items()})
    assert [name for name in pages if again[name] != pages[name]] == []
    bodies = [name for name, post in posts.items() if post.edition.startswith("market body") and post.body_from == "share"]
    assert [name for name in bodies if posts[name].content != sources[name]] == []
    assert bool(bodies) == with_answers
