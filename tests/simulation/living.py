"""Serves a world as it is at a moment: Jekyll's own bytes, with only the posts that are up."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.replica.server import ReplicaServer
from tests.serving import TYPES, Reply
from tests.simulation.plan import BEGIN, Life, World

#: One post in a listing, with the white space that Liquid leaves around it.
_ITEM = re.compile(r'\n    <li><a href="[^"]*?/([^/"]+)\.html">.*?</a></li>\n  ', re.DOTALL)
_SECTION = re.compile(r'\n<h2 id="[^"]*">.*?</h2>\n<ul>\n  (.*?)\n</ul>\n', re.DOTALL)
_ENTRY = re.compile(r"<entry>.*?</entry>", re.DOTALL)
_ENTRY_ID = re.compile(r'<link href="[^"]*/([^/"]+)\.html"')
#: The site is built anew so often, whatever happens.
REBUILT = timedelta(minutes=5)


class LivingServer(ReplicaServer):
    """A replica server with a clock of its own: ``server.now = …``."""

    #: How many posts the feed has.
    fed = 10

    def __init__(self, folder: Path, world: World, **more: Any) -> None:
        (folder / "site").mkdir(exist_ok=True)
        super().__init__(folder, **more)
        self._folder = folder
        self._lives = {life.id: life for life in world.lives}
        #: Jekyll's order of posts: by date, then name.
        self._order = {life.id: (_date(world.first.posts[life.name]), life.name) for life in world.lives}
        self._second_answers = world.second_answers
        self.now = BEGIN

    @property
    def moment(self) -> datetime:
        """When the site was built that is served now."""
        return BEGIN + ((self.now - BEGIN) // REBUILT) * REBUILT

    def is_up(self, life: Life) -> bool:
        return life.appears <= self.moment < life.expires

    def version(self, life: Life) -> str:
        return "second" if life.edited is not None and life.edited <= self.moment else "first"

    def _site(self, path: str) -> Reply:
        name = unquote(urlsplit(path).path)
        if name.endswith("/"):
            name += "index.html"
        headers = {"Content-Type": TYPES.get(Path(name).suffix, "text/plain")}
        if name == "/robots.txt":
            return Reply(200, (self._folder / "first/robots.txt").read_bytes(), headers)
        life = self._lives.get(Path(name).stem)
        if life is not None:
            text = self._text(self.version(life), name) if self.is_up(life) else None
        elif name == "/feed.xml":
            text = self._feed()
        else:
            text = self._listing(name, home=name == "/index.html")
        if text is None:
            return Reply(404, (self._folder / "first/404.html").read_bytes(), {"Content-Type": TYPES[".html"]})
        return Reply(200, text.encode(), headers)

    @lru_cache(maxsize=512)  # noqa: B019 - one server a test
    def _text(self, version: str, name: str) -> str | None:
        file = (self._folder / version / name.lstrip("/")).resolve()
        return file.read_text("utf-8") if file.is_relative_to(self._folder) and file.is_file() else None

    def _both(self, name: str) -> str | None:
        """A listing's page in which each post has its present version's item."""
        text = self._text("first", name)
        if text is None:
            return None
        second = {item[1]: item[0] for item in _ITEM.finditer(self._text("second", name) or "")}
        return _ITEM.sub(lambda item: self._item(item, second), text)

    def _item(self, item: re.Match[str], second: dict[str, str]) -> str:
        life = self._lives[item[1]]
        if not self.is_up(life):
            return ""
        return second.get(item[1], item[0]) if self.version(life) == "second" else item[0]

    def _listing(self, name: str, *, home: bool) -> str | None:
        text = self._both(name)
        return self._home(text) if home and text is not None else text

    def _home(self, text: str) -> str:
        """Tags in Jekyll's order, that of their oldest posts, each with the five newest; none without a post."""
        text = text.replace("tag[1] %}", "tag[1] limit:5 %}")  # the template itself stands in the page's description
        sections = [section for section in _SECTION.finditer(text) if "{%" not in section[0]]
        shown = []
        for section in sections:
            items = list(_ITEM.finditer(section[0]))
            if items:
                short = section[0].replace("".join(item[0] for item in items[5:]), "") if items[5:] else section[0]
                shown.append((self._order[items[-1][1]], short))
        return text[: sections[0].start()] + "".join(short for _, short in sorted(shown)) + text[sections[-1].end() :]

    def _feed(self) -> str | None:
        text = self._text("first", "/feed.xml")
        entries = [entry[0] for entry in _ENTRY.finditer(text or "")]
        up = [entry for entry in entries if self._is_entry_up(entry)]
        return (text or "").replace("".join(entries), "".join(up[: self.fed]))

    def _is_entry_up(self, entry: str) -> bool:
        found = _ENTRY_ID.search(entry)
        return found is not None and self.is_up(self._lives[found[1]])

    def _share(self, host: str, path: str) -> Reply:
        wanted = parse_qs(urlsplit(path).query).get("id", [""])[0]
        life = self._lives.get(wanted) or self._lives.get(wanted.removeprefix("NW"))
        if life is not None and urlsplit(path).path == "/NewsData/GetNewsText.do":
            if (life.share_from and self.now < life.share_from) or (life.share_until and self.now > life.share_until):
                return Reply(404, b"not found", {"Content-Type": "text/plain"})
            if wanted in self._second_answers and self.version(life) == "second":
                body = json.dumps(self._second_answers[wanted], ensure_ascii=False).encode()
                return Reply(200, body, {"Content-Type": "application/json; charset=utf-8"})
        return super()._share(host, path)


def _date(source: str) -> str:
    return source.partition("\ndate: ")[2].partition("\n")[0]
