"""Options that several commands share, so that they have the same name, meaning and help text."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, _ArgumentGroup


def positive(text: str) -> int:
    """A whole number of at least 1, as argparse takes a type.

    >>> positive("4")
    4
    """
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def number(text: str) -> int:
    """A whole number, as argparse takes a type.

    >>> number("-1")
    -1
    """
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no whole number") from None


def add_jobs(group: ArgumentParser | _ArgumentGroup) -> None:
    """``--jobs N``."""
    group.add_argument(
        "--jobs", type=positive, default=os.cpu_count() or 1, metavar="N", help="processes; all cores if not given"
    )


def add_period(group: ArgumentParser | _ArgumentGroup, what: str = "published") -> None:
    """``--since`` and ``--until``, which :class:`crawler.period.Period` reads."""
    ends = "a month, day or time (2022-03, 2022-03-01, 2022-03-01T08:30)"
    group.add_argument("--since", default="", metavar="WHEN", help=f"only what was {what} then or later: {ends}")
    group.add_argument("--until", default="", metavar="WHEN", help=f"only what was {what} then or sooner")


def add_json(group: ArgumentParser | _ArgumentGroup) -> None:
    """``--json``."""
    group.add_argument("--json", action="store_true", help="print one JSON document on stdout")
