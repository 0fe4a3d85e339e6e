"""Why a download failed, in one line: the innermost cause of an error, in plain words."""

from __future__ import annotations

import os

from scrapy.exceptions import DownloadTimeoutError


def innermost(error: BaseException) -> BaseException:
    """The cause of an error's cause, and so on to the first."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def root_cause(error: BaseException) -> str:
    """The text of an error's innermost cause, in one line."""
    if isinstance(error, DownloadTimeoutError):
        return "no whole answer within DOWNLOAD_TIMEOUT"
    error = innermost(error)
    if type(error).__name__ == "ServerDisconnectedError":  # of aiohttp, which is not imported for this
        return "the connection was closed before the answer"
    if isinstance(error, OSError) and error.errno is not None and error.errno > 1:  # 1 and less: errors of TLS, and of names
        return os.strerror(error.errno)
    text = getattr(error, "message", "") or str(error)
    details = getattr(error, "details", None)
    if isinstance(details, dict) and details.get("causes"):
        text = details["causes"][-1]["message"]
    elif error.args[1:] and isinstance(error.args[0], int):
        text = error.args[1]  # errors of names and of TLS have a number first
    return " ".join(str(text).split())[:300] or type(error).__name__
