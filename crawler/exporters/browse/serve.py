"""Sets Datasette up for one archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.plugins import pm

from crawler.exporters.browse.plugin import Plugin
from crawler.exporters.sqlite import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.settings import Settings
    from crawler.sites.site import Site

#: The most milliseconds of a query, and the rows of a page.
_SETTINGS = {"sql_time_limit_ms": 3000, "facet_time_limit_ms": 1000, "default_page_size": 20, "allow_download": True}


def application(settings: Settings, site: Site, database: Path) -> Any:
    """An ASGI application that shows ``database``, read only."""
    pm.register(Plugin(settings, site.name, database.stem), name="backfile")
    # With rich it prints a traceback for every page that is not there, or ends in one of its own.
    vars(pm.get_plugin("datasette.handle_exception"))["rich"] = None
    datasette = Datasette([str(database)], metadata=metadata(site, database.stem), settings=_SETTINGS)
    return datasette.app()
