"""Serves a built replica on loopback: finews and its share hosts, with conditional requests and a request log."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import socket
import ssl
import time
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

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
_TYPES = {".html": "text/html; charset=utf-8", ".xml": "application/xml", ".txt": "text/plain"}
_MODIFIED = 1_646_321_400  # 2022-03-03T23:30:00+08:00, when the replica's Jekyll ran


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it."""

    host: str
    path: str
    status: int
    conditional: bool
    headers: dict[str, str]


@dataclass(slots=True)
class Reply:
    """What to answer; a test puts one in ``ReplicaServer.replies`` to have a path answered otherwise."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    #: The connection is closed after so many bytes of the body, whatever ``Content-Length`` says; -1: before any answer.
    cut: int | None = None
    #: Seconds to wait in the middle of the body.
    stall: float = 0.0


class ReplicaServer:
    """One port a host. ``with ReplicaServer(folder) as server: … server.origins …``."""

    def __init__(
        self, folder: Path, *, ports: tuple[int, ...] = (), certificate: Path | None = None, more: tuple[str, ...] = ()
    ) -> None:
        self.site = folder / "site"
        answers = json.loads((folder / "answers.json").read_text("utf-8"))
        self.answers = {answer["id"]: answer for answer in answers}
        #: Requests in the order they were answered.
        self.log: list[Asked] = []
        #: Answers that replace the replica's own, by (host, path with query); the list's next one each time, the last stays.
        self.replies: dict[tuple[str, str], list[Reply]] = {}
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self._scheme = "https" if certificate else "http"
        wanted = dict(zip((SITE_HOST, *SHARE_HOSTS), ports, strict=False))
        for host in (SITE_HOST, *SHARE_HOSTS, *more):
            server = _Server(("127.0.0.1", wanted.get(host, 0)), self._handler(host))
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            self._servers[host] = server

    def _handler(self, host: str) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"replica": self, "own_host": host})

    @property
    def origins(self) -> dict[str, str]:
        """For the ``ORIGINS`` setting."""
        asked = {host: f"{self._scheme}://127.0.0.1:{server.server_port}" for host, server in self._servers.items()}
        return {f"https://{SITE_HOST}": asked.pop(SITE_HOST), **{f"http://{host}": origin for host, origin in asked.items()}}

    def __enter__(self) -> Self:
        for server in self._servers.values():
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.hang_up()
            server.server_close()

    def reply(self, host: str, path: str) -> Reply:
        """The answer to a plain GET."""
        replaced = self.replies.get((host, path))
        if replaced:
            return replaced.pop(0) if len(replaced) > 1 else replaced[0]
        return self._site(path) if host == SITE_HOST else self._share(host, path)

    def _site(self, path: str) -> Reply:
        name = unquote(urlsplit(path).path)
        file = (self.site / name.lstrip("/")).resolve()
        if name.endswith("/"):
            file /= "index.html"
        if not file.is_relative_to(self.site.resolve()) or not file.is_file():
            return Reply(404, (self.site / "404.html").read_bytes(), {"Content-Type": _TYPES[".html"]})
        return Reply(200, file.read_bytes(), {"Content-Type": _TYPES.get(file.suffix, "application/octet-stream")})

    def _share(self, host: str, path: str) -> Reply:
        parts = urlsplit(path)
        if parts.path == "/html_News/NewsShare.html":
            return Reply(200, SHARE_PAGE, {"Content-Type": _TYPES[".html"]})
        answer = self.answers.get(parse_qs(parts.query).get("id", [""])[0])
        if parts.path != "/NewsData/GetNewsText.do" or answer is None or host not in answer["hosts"]:
            return Reply(404, b"not found", {"Content-Type": "text/plain"})
        body = json.dumps(answer["fields"], ensure_ascii=False).encode()
        return Reply(200, body, {"Content-Type": "application/json; charset=utf-8"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def close_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().close_request(request)

    def hang_up(self) -> None:
        """Close what clients keep open, and wait for the threads that served them."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + 5
        while self._connections and time.monotonic() < deadline:
            time.sleep(0.005)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    replica: ReplicaServer
    own_host: str

    def do_GET(self) -> None:
        named = (self.headers.get("Host") or "").partition(":")[0]
        host = named if named in (SITE_HOST, *SHARE_HOSTS) else self.own_host
        reply = self.replica.reply(host, self.path)
        headers = dict(reply.headers)
        body, status = reply.body, reply.status
        if status == 200:
            tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            headers.setdefault("ETag", tag)
            headers.setdefault("Last-Modified", formatdate(_MODIFIED, usegmt=True))
            if self._not_modified(headers["ETag"]):
                status, body = 304, b""
            elif self._may_pack(reply):
                headers["Content-Encoding"] = "gzip"
                body = _gzipped(body)
        conditional = bool(self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since"))
        self.replica.log.append(Asked(host, self.path, status, conditional, dict(self.headers)))
        if reply.cut == -1:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304 and not {"Content-Length", "Transfer-Encoding", "Connection"} & headers.keys():
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(reply, body)

    def _may_pack(self, reply: Reply) -> bool:
        untouched = reply.cut is None and not reply.stall and not {"Content-Encoding", "Content-Length"} & reply.headers.keys()
        return untouched and "gzip" in (self.headers.get("Accept-Encoding") or "")

    def _send(self, reply: Reply, body: bytes) -> None:
        if reply.stall:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            time.sleep(reply.stall)
            body = body[len(body) // 2 :]
        self.wfile.write(body if reply.cut is None else body[: reply.cut])
        self.close_connection |= reply.cut is not None or reply.headers.get("Connection") == "close"

    def _not_modified(self, tag: str) -> bool:
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            return tag in asked
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since).timestamp() >= _MODIFIED
        except ValueError:  # RFC 9110: a date that is none is passed over
            return False

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal: the log is ``ReplicaServer.log``."""


@lru_cache(maxsize=4096)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 1, mtime=0)
