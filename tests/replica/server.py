"""Serves a built replica on loopback: finews and its share hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.serving import TYPES, HostServer, Reply, file_reply

if TYPE_CHECKING:
    from pathlib import Path

SITE_HOST = "finews.withounder.com"
SHARE_HOSTS = ("finews.zning.xyz", "choicewzp1.eastmoney.com", "app.jg.eastmoney.com")
SHARE_PAGE = b"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>share</title></head><body><div id="text"></div><script>
var code = new URLSearchParams(location.search).get('infoCode');
fetch('/NewsData/GetNewsText.do?id=' + code).then(function (r) { return r.json(); }).then(function (d) {
  document.getElementById('text').innerHTML = d.text || d.content;
});
</script></body></html>
"""


class ReplicaServer(HostServer):
    """One port a host. ``with ReplicaServer(folder) as server: … server.origins …``."""

    modified = 1_646_321_400  # 2022-03-03T23:30:00+08:00, when the replica's Jekyll ran

    def __init__(
        self, folder: Path, *, ports: tuple[int, ...] = (), certificate: Path | None = None, more: tuple[str, ...] = ()
    ) -> None:
        super().__init__((SITE_HOST, *SHARE_HOSTS, *more), ports=ports, certificate=certificate)
        self.site = folder / "site"
        answers = json.loads((folder / "answers.json").read_text("utf-8"))
        self.answers = {answer["id"]: answer for answer in answers}

    @property
    def origins(self) -> dict[str, str]:
        """For the ``ORIGINS`` setting: share hosts have no certificate of their own."""
        return {f"{'https' if host == SITE_HOST else 'http'}://{host}": self.origin(host) for host in self.servers}

    def answer(self, host: str, path: str) -> Reply:
        """What the replica has at a path."""
        return self._site(path) if host == SITE_HOST else self._share(host, path)

    def _site(self, path: str) -> Reply:
        return file_reply(self.site, path)

    def _share(self, host: str, path: str) -> Reply:
        parts = urlsplit(path)
        if parts.path == "/html_News/NewsShare.html":
            return Reply(200, SHARE_PAGE, {"Content-Type": TYPES[".html"]})
        answer = self.answers.get(parse_qs(parts.query).get("id", [""])[0])
        if parts.path != "/NewsData/GetNewsText.do" or answer is None or host not in answer["hosts"]:
            return Reply(404, b"not found", {"Content-Type": "text/plain"})
        body = json.dumps(answer["fields"], ensure_ascii=False).encode()
        return Reply(200, body, {"Content-Type": "application/json; charset=utf-8"})
