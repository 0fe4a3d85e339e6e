"""Which posts a replica holds: every form and quirk once, then as many ordinary ones as asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.replica import bodies, words
from tests.replica.forms import (
    MAIN_MARKET,
    MAIN_ROLLING,
    MARKET_FORMS,
    ROLLING_FORMS,
    Draft,
    Form,
    broken,
    market,
    notice,
    rolling,
)
from tests.replica.media import BLANKS, CASES, NAMELESS, PLAIN, Medium

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Jekyll's ``site.time``: three days of posts lie before it.
NOW = datetime(2022, 3, 3, 23, 30)
#: What the front matter of these holds and Jekyll cannot give to a page.
DROPPED_TITLES = ['{}称"行情"未变', "{}\\走势", '""{}"开局', '{}"：说法', "{}\\u4e2\\x"]
#: Published, but under another title than the writer meant.
GARBLED_TITLES = ['{}" # 其余不见', "{}\\t与\\n之后", "{}\\u4e2d文"]
QUIRKY_TITLES = [
    "{} & Co: 5 < 6 > 4",
    "A &amp; B &lt;{}&gt; &#8203;",
    "{}  两个空格",
    "{}尾部空格 ",
    " {}开头空格",
    "{}🚀📈表情",
    "{}零\u200b宽\ufeff字符",
    "# {}：井号, 与[方括号] {{花}}",
    "<b>{}</b> 'x' -- ...",
    "{}｜全角：“引号”\u3000空格\u3000\u3000",
]
DIGESTS = [
    "{}——{}……“{}”",
    "{}--{}...",
    '他说"{}"，*{}*。',
    "**{}** 见 <http://example.com/a?b=1&c=2> {}",
    "{} & {} 5 < 6",
    "{}'{}' 1. 2)",
]
SHARE_HOSTS = ("finews.zning.xyz", "choicewzp1.eastmoney.com", "app.jg.eastmoney.com")


@dataclass(slots=True)
class Answer:
    """What ``GetNewsText.do`` says for one ID on the hosts that know it."""

    id: str
    hosts: tuple[str, ...]
    fields: dict[str, object]


@dataclass(slots=True)
class Replica:
    """Source files by name, answers, and the names of those whose title Jekyll garbles."""

    posts: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    garbled: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    media: set[Medium] = field(default_factory=set)


class Writer:
    """Makes drafts one after the other, a few seconds parsed, the newest first."""

    def __init__(self, seed: int, step: timedelta) -> None:
        self.rng = Random(seed)
        self.clock = NOW - timedelta(hours=9)
        self.step = step
        self.serial = 292084539 + seed % 1000
        self.replica = Replica()

    def draft(self, medium: Medium, title: str, body: str, *, digest: str | None = None, rolls: bool = False) -> Draft:
        self.clock -= self.step
        self.serial += self.rng.randint(1, 9)
        day = self.clock.strftime("%Y%m%d")
        rng = self.rng
        return Draft(
            id=f"{day}2{self.serial}" if rolls else f"NW{day}2{self.serial}",
            title=title,
            showtime=self.clock.strftime("%Y-%m-%d %H:%M:%S"),
            medium=medium,
            digest=words.sentence(rng) if digest is None else digest,
            short_title=f"{rng.choice(words.TOPICS)}{rng.choice(words.TRENDS)}",
            body=body,
            article=rng.choice([1353, 11060, 11158]),
        )

    def add_market(self, form: Form, medium: Medium, title: str, body: str, share: str = "served") -> str:
        draft = self.draft(medium, title, bodies.with_source(body, medium.name, self.rng))
        self.replica.media.add(medium)
        name = self._add(draft, market(draft, form))
        self._answer(draft.id, "text", draft.body, share, form.share_host)
        return name

    def add_rolling(self, form: Form, title: str, body: str, digest: str | None = None, share: str = "served") -> str:
        draft = self.draft(NAMELESS, title, body, digest=digest, rolls=True)
        name = self._add(draft, rolling(draft, form))
        self._answer(f"NW{draft.id}", "content", draft.body, share, SHARE_HOSTS[0])
        return name

    def _add(self, draft: Draft, source: str) -> str:
        name = f"{draft.showtime[:10]}-{draft.id}.md"
        self.replica.posts[name] = source
        return name

    def _answer(self, id_: str, key: str, body: str, share: str, own_host: str) -> None:
        fields: dict[str, object] = {"code": id_, "text": "", "content": ""}
        if share == "missing":
            return
        if share == "edited":
            body = f"<p>{bodies.INDENT}{words.paragraph(self.rng)}</p>"
        fields[key] = "" if share == "empty" else body
        hosts = {"elsewhere": tuple(h for h in SHARE_HOSTS if h != own_host)[:1]}.get(share, SHARE_HOSTS)
        self.replica.answers.append(Answer(id_, hosts, fields))


def make_replica(seed: int, size: int) -> Replica:
    """Every form and quirk once, then ordinary posts until there are ``size`` source files."""
    span = timedelta(hours=54)
    writer = Writer(seed, step=span / max(size, 1))
    for add in (_forms, _bodies, _titles, _digests, _media, _shares, _unpublished):
        add(writer)
    ordinary = _ordinary(writer)
    while len(writer.replica.posts) < size:
        next(ordinary)
    return writer.replica


def _forms(w: Writer) -> None:
    for form in ROLLING_FORMS:
        w.add_rolling(form, words.headline(w.rng), bodies.plain(w.rng))
    for number, form in enumerate(MARKET_FORMS):
        w.add_market(form, PLAIN[number % len(PLAIN)], words.headline(w.rng), bodies.plain(w.rng))


def _bodies(w: Writer) -> None:
    for body in bodies.BODIES:
        w.add_market(MAIN_MARKET, PLAIN[0], words.headline(w.rng), body(w.rng))
    for body in (bodies.image, bodies.unclosed_inline, bodies.bare):
        w.add_rolling(MAIN_ROLLING, words.headline(w.rng), body(w.rng))


def _titles(w: Writer) -> None:
    for title in QUIRKY_TITLES:
        w.add_market(MAIN_MARKET, PLAIN[1], title.replace("{}", words.headline(w.rng)), bodies.plain(w.rng))
    for title in GARBLED_TITLES:
        name = w.add_market(MAIN_MARKET, PLAIN[2], title.replace("{}", w.rng.choice(words.COMPANIES)), bodies.plain(w.rng))
        w.replica.garbled.append(name)


def _digests(w: Writer) -> None:
    for digest in [*DIGESTS, ""]:
        filled = digest.replace("{}", words.clause(w.rng), 1).replace("{}", words.clause(w.rng)) if digest else ""
        w.add_rolling(MAIN_ROLLING, words.headline(w.rng), bodies.plain(w.rng), filled)


def _media(w: Writer) -> None:
    for medium in [*BLANKS, *CASES, NAMELESS, *PLAIN[3:]]:
        w.add_market(MAIN_MARKET, medium, words.headline(w.rng), bodies.plain(w.rng))


def _shares(w: Writer) -> None:
    for share in ("missing", "empty", "elsewhere", "edited"):
        name = w.add_market(MAIN_MARKET, PLAIN[3], words.headline(w.rng), bodies.plain(w.rng), share)
        rolled = w.add_rolling(MAIN_ROLLING, words.headline(w.rng), bodies.plain(w.rng), share=share)
        if share == "edited":
            w.replica.edited += [name, rolled]
    for body in (bodies.unclosed_last, bodies.bare_markdown, bodies.entities, bodies.odd_spaces):
        w.add_market(MAIN_MARKET, PLAIN[3], words.headline(w.rng), body(w.rng), "missing")


def _unpublished(w: Writer) -> None:
    for title in DROPPED_TITLES:
        w.add_market(MAIN_MARKET, PLAIN[4], title.replace("{}", w.rng.choice(words.COMPANIES)), bodies.plain(w.rng))
    w.add_rolling(Form("dot", zone=False, text="plain", leading_newline=True), words.headline(w.rng), "")
    w.replica.posts["-202203010000000000.md"] = broken()
    w.replica.posts["2022-03-01-init.md"] = notice("开站试运行", "2022-03-01 09:00:00", "欢迎使用本站。")


def _ordinary(w: Writer) -> Iterator[None]:
    """Posts as they mostly are: a tenth rolling, a twentieth without a share, any body, any medium."""
    rng = w.rng
    many = [Medium(f"第{n}财经", f"di{n}caijing") for n in range(120)] + [PLAIN[1], BLANKS[1]]
    while True:
        share = rng.choices(["served", "missing", "empty", "elsewhere"], [93, 3, 2, 2])[0]
        body = rng.choices(bodies.BODIES, [30] + [1] * (len(bodies.BODIES) - 1))[0](rng)
        title = words.headline(rng)
        if rng.random() < 0.05:
            title = rng.choice(QUIRKY_TITLES).replace("{}", title)
        if rng.random() < 0.1:
            w.add_rolling(rng.choice([MAIN_ROLLING, ROLLING_FORMS[-3]]), title, body, share=share)
        else:
            w.add_market(rng.choices(MARKET_FORMS[2:], [1, 1, 1, 1, 1, 20])[0], rng.choice(many), title, body, share)
        yield
