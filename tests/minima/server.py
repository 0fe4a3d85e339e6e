"""Serves the built blog on loopback as GitHub Pages does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.serving import TYPES, HostServer, Reply, file_reply

if TYPE_CHECKING:
    from pathlib import Path

HOST = "blog.example"


class MinimaServer(HostServer):
    """``with MinimaServer(build(folder)) as server: … server.origins …``.

    :param baseurl: where on the host the blog is, as in ``build(folder, baseurl="/shore")``; whatever is above it is 404.
    """

    modified = 1_719_828_000  # 2024-07-01T12:00:00+02:00, when the blog's Jekyll ran

    def __init__(self, folder: Path, *, baseurl: str = "", port: int = 0) -> None:
        super().__init__((HOST,), ports=(port,))
        self.folder = folder
        self.baseurl = baseurl

    @property
    def home(self) -> str:
        """The address of the home page, as the blog itself gives it."""
        return f"https://{HOST}{self.baseurl}/"

    def answer(self, host: str, path: str) -> Reply:
        """What the blog has at a path."""
        if path == self.baseurl:
            return Reply(301, headers={"Location": f"{path}/", "Content-Type": TYPES[".html"]})
        below = path.removeprefix(self.baseurl) if path.startswith(f"{self.baseurl}/") else "/404.html/"
        return file_reply(self.folder, below, as_pages=True)
