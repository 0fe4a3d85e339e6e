"""A terminal that is closed ends a command as SIGTERM does: in order, and with nothing temporary left behind."""

from __future__ import annotations

import signal


def stop_when_hung_up() -> None:
    """Take SIGHUP for SIGTERM from now on, unless the process was started to ignore it (``nohup``)."""
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _hung_up)


def _hung_up(_: int, __: object) -> None:
    # The shell and the system send one each, and the second SIGTERM stops a crawl at once.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.raise_signal(signal.SIGTERM)
