"""Serves a built site on loopback as GitHub Pages does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.serving import TYPES, HostServer, Reply, file_reply

if TYPE_CHECKING:
    from pathlib import Path


class BuiltServer(HostServer):
    """``with BuiltServer(folder, "https://blog.example/notes/") as server: … server.origins …``.

    :param folder: what Jekyll built; whatever is above the base path of ``home`` is 404.
    :param home: the address of the home page, as the site itself gives it.
    """

    modified = 1_719_828_000  # 2024-07-01T12:00:00+02:00, when the sites' Jekyll ran

    def __init__(self, folder: Path, home: str, *, port: int = 0) -> None:
        parts = urlsplit(home)
        self.host = parts.hostname or ""
        super().__init__((self.host,), ports=(port,))
        self.folder = folder
        self.baseurl = parts.path.rstrip("/")

    @property
    def home(self) -> str:
        """The address of the home page, as the site itself gives it."""
        return f"https://{self.host}{self.baseurl}/"

    def answer(self, host: str, path: str) -> Reply:
        """What the site has at a path."""
        if path == self.baseurl:
            return Reply(301, headers={"Location": f"{path}/", "Content-Type": TYPES[".html"]})
        below = path.removeprefix(self.baseurl) if path.startswith(f"{self.baseurl}/") else "/404.html/"
        return file_reply(self.folder, below, as_pages=True)
