"""Serves the built blog on loopback as GitHub Pages does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.server import BuiltServer

if TYPE_CHECKING:
    from pathlib import Path

HOST = "blog.example"


class MinimaServer(BuiltServer):
    """``with MinimaServer(build(folder)) as server: … server.origins …``.

    :param baseurl: where on the host the blog is, as in ``build(folder, baseurl="/shore")``; whatever is above it is 404.
    """

    def __init__(self, folder: Path, *, baseurl: str = "", port: int = 0) -> None:
        super().__init__(folder, f"https://{HOST}{baseurl}/", port=port)
