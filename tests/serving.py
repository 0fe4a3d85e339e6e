"""Serves on loopback, one port a host, with conditional requests and a log of them: what the tests' sites have in common."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import mimetypes
import signal
import socket
import ssl
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NoReturn, Self
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


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
    """What to answer; a test puts one in ``HostServer.replies`` to have a path answered otherwise."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    #: The connection is closed after so many bytes of the body, whatever ``Content-Length`` says; -1: before any answer.
    cut: int | None = None
    #: Seconds to wait in the middle of the body.
    stall: float = 0.0
    #: All that is sent, head and body, in place of all others; then the connection is closed.
    raw: bytes | None = None
    #: Seconds between two bytes of it.
    drip: float = 0.0


class HostServer(ABC):
    """One port a host. A site's own server is a subclass with ``answer``; ``with … as server: … server.origins …``."""

    #: ``Last-Modified`` of whatever is there, in seconds since 1970.
    modified = 0

    def __init__(self, hosts: tuple[str, ...], *, ports: tuple[int, ...] = (), certificate: Path | None = None) -> None:
        #: Requests in the order they were answered.
        self.log: list[Asked] = []
        #: Answers that replace the site's own, by (host, path with query); the list's next one each time, the last stays.
        self.replies: dict[tuple[str, str], list[Reply]] = {}
        self.servers: dict[str, ThreadingHTTPServer] = {}
        #: Set at the end, so that no answer stalls any longer.
        self.over = Event()
        self._scheme = "https" if certificate else "http"
        wanted = dict(zip(hosts, ports, strict=False))
        for host in hosts:
            server = _Server(("127.0.0.1", wanted.get(host, 0)), self._handler(host))
            if certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            self.servers[host] = server

    def _handler(self, host: str) -> type[BaseHTTPRequestHandler]:
        return type("Handler", (_Handler,), {"site": self, "own_host": host})

    @property
    def origins(self) -> dict[str, str]:
        """For the ``ORIGINS`` setting."""
        return {f"https://{host}": self.origin(host) for host in self.servers}

    def origin(self, host: str) -> str:
        """Where a host listens."""
        return f"{self._scheme}://127.0.0.1:{self.servers[host].server_port}"

    def __enter__(self) -> Self:
        for server in self.servers.values():
            Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for server in self.servers.values():
            server.shutdown()
            server.hang_up()
            server.server_close()

    def reply(self, host: str, path: str) -> Reply:
        """The answer to a plain GET."""
        replaced = self.replies.get((host, path))
        if replaced:
            return replaced.pop(0) if len(replaced) > 1 else replaced[0]
        return self.answer(host, path)

    @abstractmethod
    def answer(self, host: str, path: str) -> Reply:
        """What the site has at a path."""


@contextlib.contextmanager
def heeding_signals() -> Iterator[None]:
    """End the block at Ctrl-C or SIGTERM, wherever it is: a shell's background job ignores SIGINT unless told otherwise."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def wait_for_signal() -> NoReturn:
    """Wait until the process is told to stop, in a block of :func:`heeding_signals`."""
    while True:
        time.sleep(3600)


def file_reply(folder: Path, path: str, *, as_pages: bool = False) -> Reply:
    """What a static host answers from a folder: the file, an ``index.html`` for ``/x/``, else the folder's ``404.html``.

    ``as_pages``: and as GitHub Pages does, ``x.html`` for ``/x``, and a redirect to ``/x/`` where ``x`` is a folder.
    """
    root, name = folder.resolve(), unquote(urlsplit(path).path)
    file = (folder / name.lstrip("/")).resolve()
    if name.endswith("/"):
        file /= "index.html"
    elif as_pages and not file.is_file() and file.is_relative_to(root):
        page = file.with_name(f"{file.name}.html")
        if file.is_dir() and not page.is_file():
            return Reply(301, headers={"Location": quote(name) + "/", "Content-Type": TYPES[".html"]})
        file = page
    if not file.is_relative_to(root) or not file.is_file():
        nothing = folder / "404.html"
        return Reply(404, nothing.read_bytes() if nothing.is_file() else b"Not found", {"Content-Type": TYPES[".html"]})
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    return Reply(200, file.read_bytes(), {"Content-Type": kind or "application/octet-stream"})


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
    site: HostServer
    own_host: str

    def do_GET(self) -> None:
        named = (self.headers.get("Host") or "").partition(":")[0]
        host = named if named in self.site.servers else self.own_host
        reply = self.site.reply(host, self.path)
        headers = dict(reply.headers)
        body, status = reply.body, reply.status
        if status == 200:
            if "ETag" not in headers:
                headers["ETag"] = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            headers.setdefault("Last-Modified", formatdate(self.site.modified, usegmt=True))
            if self._not_modified(headers["ETag"]):
                status, body = 304, b""
            elif self._may_pack(reply):
                headers["Content-Encoding"] = "gzip"
                body = _gzipped(body)
        conditional = bool(self.headers.get("If-None-Match") or self.headers.get("If-Modified-Since"))
        self.site.log.append(Asked(host, self.path, status, conditional, dict(self.headers)))
        if reply.cut == -1 or reply.raw is not None:
            self._send_raw(reply)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304 and not {"Content-Length", "Transfer-Encoding", "Connection"} & headers.keys():
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(reply, body)

    def _send_raw(self, reply: Reply) -> None:
        self.close_connection = True
        raw = reply.raw or b""
        for start in range(len(raw)) if reply.drip else ():
            self.wfile.write(raw[start : start + 1])
            time.sleep(reply.drip)
        if not reply.drip:
            self.wfile.write(raw)

    def _may_pack(self, reply: Reply) -> bool:
        untouched = reply.cut is None and not reply.stall and not {"Content-Encoding", "Content-Length"} & reply.headers.keys()
        return untouched and "gzip" in (self.headers.get("Accept-Encoding") or "")

    def _send(self, reply: Reply, body: bytes) -> None:
        if reply.stall:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.site.over.wait(reply.stall)
            body = body[len(body) // 2 :]
        self.wfile.write(body if reply.cut is None else body[: reply.cut])
        self.close_connection |= reply.cut is not None or reply.headers.get("Connection") == "close"

    def _not_modified(self, tag: str) -> bool:
        asked = self.headers.get("If-None-Match")
        if asked is not None:
            return tag in asked
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since).timestamp() >= self.site.modified
        except ValueError:  # RFC 9110: a date that is none is passed over
            return False

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal: the log is ``HostServer.log``."""


@lru_cache(maxsize=4096)
def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 1, mtime=0)
