"""Archives that have lived for years, as far as status and report look at them: index and run reports, no captures."""

from __future__ import annotations

import gzip
import math
import random
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ZONE = timezone(timedelta(hours=8))
CATEGORIES = [
    "dongliribao",
    "emnews",
    "xinwanbao",
    "career in",
    "公司新闻",
    "宏观",
    "markets",
    "opinion",
    "life",
    "科技",
    "sports",
]


def lived(archive: Path, now: datetime, days: int, *, posts: int = 150, every: timedelta = timedelta(minutes=15)) -> int:
    """Fill a folder with the index and the run reports of ``days`` days up to ``now``; gives the number of posts.

    :param posts: on a working day.
    :param every: how often runs began; those of months long past are gathered.
    """
    (archive / "runs").mkdir(parents=True)
    chance = random.Random(7)
    first = (now - timedelta(days=days)).date()
    number = 0
    with (archive / "index.jsonl").open("wb") as file:
        for back in range(days + 1):
            lines = [orjson.dumps(entry) for entry in _posts(first + timedelta(days=back), posts, chance, now)]
            file.writelines(line + b"\n" for line in lines)
            number += len(lines)
    for month, found in groupby(_runs(now - timedelta(days=days), now, every, chance), lambda run: run["started"][:7]):
        if month >= f"{now - timedelta(days=31):%Y-%m}":
            for run in found:
                name = f"{datetime.fromisoformat(run['started']):%Y%m%dT%H%M%S.%fZ}.json"
                (archive / "runs" / name).write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2))
        else:
            data = b"".join(orjson.dumps(run, option=orjson.OPT_APPEND_NEWLINE) for run in found)
            (archive / "runs" / f"{month}.jsonl.gz").write_bytes(gzip.compress(data, 6, mtime=0))
    return number


def _posts(day: date, usual: int, chance: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    """Of one day, in the order of their first capture."""
    season = 1 + 0.35 * math.sin(day.toordinal() / 58)
    number = 0 if chance.random() < 0.004 else int(usual * season * (0.35 if day.weekday() > 4 else 1))
    found = []
    for one in range(number):
        published = datetime.combine(day, datetime.min.time(), _ZONE) + timedelta(seconds=chance.triangular(0, 86_399, 36_000))
        seen = (published + timedelta(minutes=chance.lognormvariate(2.2, 0.9))).astimezone(UTC)
        if seen > now:
            continue
        name = CATEGORIES[min(int(chance.expovariate(0.35)), len(CATEGORIES) - 1)]
        found.append(_entry(f"NW{published:%Y%m%d%H%M%S}{one:04}", published, seen, name, chance))
    yield from sorted(found, key=lambda entry: (entry["first_seen"], entry["id"]))


def _entry(post_id: str, published: datetime, seen: datetime, name: str, chance: random.Random) -> dict[str, Any]:
    return {
        "id": post_id,
        "url": f"https://example.org/{name}/{post_id}.html",
        "title": "标题" * 9,
        "date": published.isoformat(timespec="seconds"),
        "categories": name.split(),
        "tags": ["市场", "公司"],
        "first_seen": seen.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "last_seen": seen.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "path": f"_posts/{published:%Y/%m/%d}/{published:%Y-%m-%d}-{post_id}.md",
        "fidelity": chance.choices(["exact", "rendered", "partial"], [20, 75, 5])[0],
        "body_from": "share",
        "status": "gone" if chance.random() < 0.98 else "live",
        "bytes": chance.randrange(600, 4000),
        "notes": [],
        "captures": [{"url": f"https://example.org/{name}/{post_id}.html", "file": "x" * 40, "offset": 1, "length": 2}] * 3,
    }


def _runs(first: datetime, last: datetime, every: timedelta, chance: random.Random) -> Iterator[dict[str, Any]]:
    start = first.replace(minute=0, second=0, microsecond=0)
    bad = 0
    while start <= last:
        if chance.random() < 0.0003:
            start += timedelta(hours=chance.expovariate(0.2))  # the machine was off
            continue
        code = chance.choices([0, 1, 4], [975, 24, 1])[0]
        bad = bad + 1 if code else 0
        yield run(start, code, chance.randrange(1, 5) if code else 0, bad, new=chance.randrange(4))
        start += every


def run(start: datetime, code: int = 0, losses: int = 0, bad: int = 0, new: int = 0) -> dict[str, Any]:
    """The report of a run."""
    answers = {"200": 2 + 2 * new, "304": 10} | ({"503": losses} if losses else {})
    total = sum(answers.values())
    return {
        "version": 1,
        "site": "finews",
        "started": start.isoformat(),
        "finished": (start + timedelta(seconds=20)).isoformat(),
        "finish_reason": "finished",
        "exit_code": code,
        "sweep": start.hour == 3 and start.minute == 0,
        "requests": {
            "total": total,
            "bytes": 1000 * total,
            "by_status": answers,
            "by_kind": {"listing": answers},
            "unchanged_share": round(10 / total, 4),
        },
        "posts": {
            "new": new,
            "changed": 0,
            "gone": new,
            "unchanged": 9,
            "rechecked": 9,
            "known": 50,
            "over_limit": 0,
            "waiting": 0,
        },
        "changes_since": "0",
        "fidelity": {"rendered": new} if new else {},
        "body_from": {"share": new} if new else {},
        "editions": {},
        "lateness": {"posts": new, "median": 300.0, "p90": 600.0, "max": 900.0},
        "listings": {"read": 5, "unchanged": 3, "empty": []},
        "rechecks": {"within_hour": 3, "within_day": 60, "next": start.isoformat()},
        "missed_by_shortcut": [],
        "layout": [],
        "losses": losses,
        "broken_by_site": 0,
        "failures": [{"url": f"https://example.org/{n}-{start:%H}.html", "reason": "HTTP 503"} for n in range(losses)],
        "rejections": [],
        "dead_links": [],
        "waiting": [],
        "mended": [],
        "warnings": [],
        "alarm": {"runs": bad, "last": None},
    }
