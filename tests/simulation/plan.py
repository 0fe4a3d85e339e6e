"""What happens on the site: which posts appear when, which are edited, whose shares come late or vanish; built by Jekyll."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.replica import bodies, words
from tests.replica.build import run_jekyll, write_site
from tests.replica.forms import MAIN_MARKET, MAIN_ROLLING
from tests.replica.media import BLANKS, CASES, PLAIN, Medium
from tests.replica.plan import Replica, Writer

BEGIN = datetime(2022, 3, 1, tzinfo=UTC)
KEEPS = timedelta(days=3)
_LOCAL = timedelta(hours=8)
_MEDIA = [*PLAIN, *BLANKS, *CASES, *(Medium(f"第{n}财经", f"di{n}caijing") for n in range(20))]


@dataclass(slots=True)
class Life:
    """One post's. ``edited`` is when its second version replaced the first; times are UTC."""

    name: str
    appears: datetime
    expires: datetime
    edited: datetime | None = None
    edit: str = ""
    #: From when and until when the share has the text.
    share_from: datetime | None = None
    share_until: datetime | None = None

    @property
    def id(self) -> str:
        return self.name[11:-3]


@dataclass(slots=True)
class World:
    """Both versions of the sources and answers, and what happens to them."""

    lives: list[Life]
    first: Replica
    second: dict[str, str]
    second_answers: dict[str, dict[str, object]]


def plan(seed: int, days: int, posts_a_day: int) -> World:
    """A site that publishes in bursts, as upstream does; a tenth of its posts is edited."""
    rng = Random(seed)
    total = days * posts_a_day
    moments: list[datetime] = []
    while len(moments) < total:
        moment = BEGIN + timedelta(seconds=rng.uniform(0, days * 86_400))
        moments += [moment + timedelta(seconds=7 * n) for n in range(9 if rng.random() < 0.02 else 1)]
    writer = Writer(seed, step=timedelta())
    lives = []
    medium = PLAIN[0]
    for number, moment in enumerate(sorted(moments[:total])):
        writer.clock = (moment + _LOCAL).replace(tzinfo=None)
        if number == 0 or moment - lives[-1].appears > timedelta(0) or rng.random() < 0.3:
            medium = rng.choices(_MEDIA, [1 / (n + 1) for n in range(len(_MEDIA))])[0]
        title, body = words.headline(rng), bodies.plain(rng)
        if rng.random() < 0.15:
            writer.add_rolling(MAIN_ROLLING, title, body)
            name = list(writer.replica.posts)[-1]
        else:
            name = writer.add_market(MAIN_MARKET, medium, title, body)
        appears = moment + timedelta(seconds=rng.uniform(30, 400))
        lives.append(_live(Life(name, appears, appears + KEEPS), rng))
    second, answers = _edits(lives, writer.replica, rng)
    return World(lives, writer.replica, second, answers)


def _live(life: Life, rng: Random) -> Life:
    chance = rng.random()
    if chance < 0.10:
        hours = rng.choice([rng.uniform(0.2, 6), rng.uniform(0.2, 6), rng.uniform(6, 66)])
        life.edited, life.edit = life.appears + timedelta(hours=hours), rng.choice(["title", "text"])
    elif chance < 0.13:
        life.share_from = life.appears + timedelta(hours=rng.uniform(0.1, 20))
    elif chance < 0.16:
        life.share_until = life.appears + timedelta(hours=rng.uniform(1, 60))
    return life


def _edits(lives: list[Life], replica: Replica, rng: Random) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
    answers = {answer.id.removeprefix("NW"): answer for answer in replica.answers}
    second: dict[str, str] = {}
    second_answers: dict[str, dict[str, object]] = {}
    for life in lives:
        if life.edited is None:
            continue
        source, answer = replica.posts[life.name], answers[life.id.removeprefix("NW")]
        if life.edit == "title":
            head, _, rest = source.partition('title: "')
            second[life.name] = f'{head}title: "更正：{rest}'
        else:
            key = "text" if answer.fields["text"] else "content"
            old = str(answer.fields[key])
            new = old.replace("</p>", f"{words.sentence(rng)}</p>", 1)
            second_answers[answer.id] = dict(answer.fields) | {key: new}
            second[life.name] = source.replace(old.replace(bodies.INDENT, ""), new.replace(bodies.INDENT, ""))
        assert second[life.name] != source, life.name
    return second, second_answers


def build_world(folder: Path, world: World) -> None:
    """Have Jekyll build both versions into ``folder/first`` and ``folder/second``; listings show every post there is."""
    categories = {"emnews", *(medium.pinyin for medium in world.first.media)}
    for version, posts in (("first", world.first.posts), ("second", world.first.posts | world.second)):
        with tempfile.TemporaryDirectory() as source:
            write_site(Path(source), posts, categories)
            home = Path(source) / "index.html"
            home.write_text(home.read_text("utf-8").replace(" limit:5", ""), "utf-8")
            config = Path(source) / "_config.yml"
            config.write_text(config.read_text("utf-8") + "feed: {posts_limit: 1000000}\nfuture: true\n", "utf-8")
            shutil.rmtree(folder / version, ignore_errors=True)
            run_jekyll(Path(source), folder / version)
    answers = [{"id": a.id, "hosts": list(a.hosts), "fields": a.fields} for a in world.first.answers]
    (folder / "answers.json").write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
