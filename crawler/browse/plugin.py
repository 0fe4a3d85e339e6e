"""Our part of Datasette: a post's page, search for Chinese, and what pages may do.

https://docs.datasette.io/en/stable/plugin_hooks.html
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette import Response, hookimpl
from datasette.app import Datasette
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from crawler.browse.post import shown
from crawler.browse.safe import policies
from crawler.reading.search import match

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_POST = "/-/post/"
#: Letters of a text that a table shows.
_CUT = 80


class Plugin:
    """For one archive."""

    __name__ = "BackfilePlugin"

    def __init__(self, settings: BaseSettings, site: str) -> None:
        self._settings = settings
        self._site = site

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """The page of a post."""
        return [(rf"^{_POST}(?P<post_id>[^/]+)$", self._page)]

    async def _page(self, datasette: Datasette, request: Any) -> Response:
        found = await asyncio.to_thread(shown, self._settings, self._site, request.url_vars["post_id"])
        if found is None:
            return Response.text("there is no such post in the archive", status=404)
        return Response.html(await datasette.render_template("post.html", {"post": found}, request=request))

    @hookimpl
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Where our page's template is."""
        assert env.loader is not None
        env.loader = ChoiceLoader([env.loader, FileSystemLoader(Path(__file__).parent)])

    @hookimpl(trylast=True)  # after Datasette's own function of that name
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """What a person types into a search field, as the full-text index has it."""
        conn.create_function("escape_fts", 1, match, deterministic=True)

    @hookimpl
    def render_cell(self, row: sqlite3.Row, value: Any, column: str, table: str | None) -> Markup | None:
        """Titles and IDs of posts lead to their pages; long texts are cut off."""
        if not isinstance(value, str):
            return None
        post_id = value if column == "post" or (table == "posts" and column in ("id", "group")) else None
        if table == "posts" and column == "title" and "id" in row.keys():  # noqa: SIM118 - a row of SQLite has no "in"
            post_id = row["id"]
        if post_id is not None:
            return Markup('<a href="{}">{}</a>').format(_POST + quote(post_id, safe=""), value or post_id)
        if table == "posts" and column in ("text", "markdown", "body", "raw") and len(value) > _CUT:
            return Markup("{}…").format(value[:_CUT])
        return None

    @hookimpl
    def asgi_wrapper(self) -> Callable[[Any], Any]:
        """Every answer says what its page may do."""

        def wrap(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
            async def wrapped(scope: Any, receive: Any, send: Any) -> None:
                policy = policies()[not scope.get("path", "").startswith(_POST)]

                async def saying(message: dict[str, Any]) -> None:
                    if message["type"] == "http.response.start":
                        more = {
                            "content-security-policy": policy,
                            "referrer-policy": "no-referrer",
                            "x-content-type-options": "nosniff",
                        }
                        message = message | {
                            "headers": [*message.get("headers", []), *((k.encode(), v.encode()) for k, v in more.items())]
                        }
                    await send(message)

                await app(scope, receive, saying)

            return wrapped

        return wrap
