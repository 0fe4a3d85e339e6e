"""The handler that talks to the network: reqwest, by way of Scrapy's incubator of handlers."""

from __future__ import annotations

from scrapy_download_handlers_incubator.handlers.pyreqwest import PyreqwestDownloadHandler


class NetworkDownloadHandler(PyreqwestDownloadHandler):
    """The fastest of the handlers measured (see benchmarks/)."""

    experimental = False  # whether we rely on it is ours to say; the tests run it
