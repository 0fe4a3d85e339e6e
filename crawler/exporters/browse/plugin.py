"""The plugin of Datasette: the list of posts, the pages of posts and captures, and the policy of every page.

https://docs.datasette.io/en/stable/plugin_hooks.html
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from datasette import Response, hookimpl
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from crawler.errors import CannotRun
from crawler.exporters.browse.capture import capture_view
from crawler.exporters.browse.listing import listing
from crawler.exporters.browse.post import post_view
from crawler.exporters.browse.query import PostQuery
from crawler.exporters.browse.sanitize import policies, web_address
from crawler.sites.declared import load
from crawler.text.search import match

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from datasette.app import Datasette

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.archive.settings import Settings

_POST = "/-/post/"
_STYLE, _TABLE_STYLE = f"{_POST}browse.css", f"{_POST}table.css"
_HERE = Path(__file__).parent
#: The most letters of a text that a table shows.
_CUT = 80
#: The query of Datasette's table when its address has none; ``?_size=20`` alone shows all columns.
_TABLE = "?_col=title&_col=date&_col=source&_col=category&_sort_desc=date&_size=20&_nofacet=1&_nosuggest=1"


class Plugin:
    """The plugin for one archive."""

    __name__ = "BackfilePlugin"

    def __init__(self, settings: Settings, site: str, database: str) -> None:
        self._settings = settings
        self._site = site
        self._database = database

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """The addresses of our pages. The list of posts is the home page, and Datasette's own pages are behind it."""
        return [
            (r"^/$", self._posts),
            (rf"^{_POST}(?P<name>browse|table)\.css$", self._style),
            (rf"^{_POST}(?P<post_id>[^/]+)$", self._page),
            (rf"^{_POST}(?P<post_id>[^/]+)/capture/(?P<file>[^/]+)/(?P<offset>\d{{1,18}})$", self._capture),
            (rf"^{_POST}", _nowhere),
        ]

    async def _posts(self, datasette: Datasette, request: Any) -> Response:
        query = PostQuery.read({name: request.args.get(name) for name in request.args})
        found = await listing(datasette.get_database(self._database), query, joined=load(self._site).jekyll.joins_categories)
        table, sql = datasette.urls.table(self._database, "posts") + _TABLE, datasette.urls.database(self._database)
        return await self._html(datasette, request, "posts.html", found=found, table=table, sql=sql)

    async def _page(self, datasette: Datasette, request: Any) -> Response:
        post_id = unquote(request.url_vars["post_id"])
        found = await _looked_up(post_view, self._settings, self._site, post_id)
        if isinstance(found, Response):
            return found
        original, share = web_address(found.entry["url"]), web_address(found.entry["share_url"])
        return await self._html(datasette, request, "post.html", post=found, original=original, share=share)

    async def _capture(self, datasette: Datasette, request: Any) -> Response:
        post_id, file = unquote(request.url_vars["post_id"]), unquote(request.url_vars["file"])
        place = file, int(request.url_vars["offset"])
        found = await _looked_up(capture_view, self._settings, self._site, post_id, *place)
        if isinstance(found, Response):
            return found
        return await self._html(datasette, request, "capture.html", capture=found, original=web_address(found.row.url))

    async def _style(self, request: Any) -> Response:
        return Response((_HERE / f"{request.url_vars['name']}.css").read_text("utf-8"), content_type="text/css; charset=utf-8")

    async def _html(self, datasette: Datasette, request: Any, template: str, **context: Any) -> Response:
        context |= {
            "site": self._site,
            "list_address": lambda **given: PostQuery(**given).address(),
            "post_address": _post_address,
            "capture_address": _capture_address,
        }
        return Response.html(await datasette.render_template(template, context, request=request))

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """A link from Datasette's own pages back to the list."""
        return [{"href": "/", "label": "Posts"}]

    @hookimpl
    def extra_css_urls(self) -> list[str]:
        """The style of Datasette's own pages."""
        return [_TABLE_STYLE]

    @hookimpl
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Add the folder of our templates."""
        assert env.loader is not None
        env.loader = ChoiceLoader([env.loader, FileSystemLoader(_HERE)])

    @hookimpl(trylast=True)  # after Datasette's own function of that name
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Make Datasette's search field understand what a person types, as our own search does."""
        conn.create_function("escape_fts", 1, match, deterministic=True)

    @hookimpl
    def render_cell(self, row: sqlite3.Row, value: Any, column: str, table: str | None) -> Markup | None:
        """Show titles and IDs as links to the pages of posts, and cut long texts off."""
        if not isinstance(value, str):
            return None
        post_id = value if column == "post" or (table == "posts" and column in ("id", "group")) else None
        if table == "posts" and column == "title" and "id" in row.keys():  # noqa: SIM118 - a row of SQLite has no "in"
            post_id = row["id"]
        if post_id is not None:
            return Markup('<a href="{}">{}</a>').format(_post_address(post_id), value or post_id)
        if table == "posts" and column in ("text", "markdown", "body", "raw") and len(value) > _CUT:
            return Markup("{}…").format(value[:_CUT])
        return None

    @hookimpl
    def asgi_wrapper(self, datasette: Datasette) -> Callable[[Any], Any]:
        """Add the security headers to every answer, and redirect the bare table to one with few columns."""
        table = datasette.urls.table(self._database, "posts")

        def wrap(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
            async def wrapped(scope: Any, receive: Any, send: Any) -> None:
                if scope["type"] == "http" and scope["path"] == table and not scope["query_string"]:
                    await Response.redirect(table + _TABLE).asgi_send(send)
                    return
                path = scope.get("path", "")
                policy = policies()[path != "/" and not path.startswith(_POST)]

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


async def _looked_up(look: Callable[..., Any], *arguments: Any) -> Any:
    """What ``look`` finds in the archive, or the answer that tells why there is nothing to show."""
    try:
        found = await asyncio.to_thread(look, *arguments)
    except (CannotRun, OSError, sqlite3.Error) as error:
        return Response.text(f"the archive cannot be read: {error}", status=503)
    return await _nowhere() if found is None else found


async def _nowhere() -> Response:
    return Response.text("there is no such post, and no such capture of a post, in the archive", status=404)


def _post_address(post_id: str) -> str:
    return _POST + quote(post_id, safe="")


def _capture_address(post_id: str, row: CaptureRow) -> str:
    return f"{_post_address(post_id)}/capture/{quote(row.file, safe='')}/{row.offset}"
