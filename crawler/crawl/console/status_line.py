"""A status line: the last line of a terminal, overwritten during a run; all other output is printed above it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CLEAR = "\r\x1b[K"
_COLUMNS = 80


class StatusLine:
    """Replaces the terminal's stream: text written to it never mixes with the status line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._parts: Sequence[str] = ()
        self._held = ""

    def show(self, parts: Sequence[str]) -> None:
        """Overwrite the line with as many of ``parts`` as fit the terminal's present width.

        :raises OSError: if the terminal is gone.
        """
        self._parts = parts
        self._put("")

    def clear(self) -> None:
        """Remove the line.

        :raises OSError: if the terminal is gone.
        """
        if self._parts:
            self._parts = ()
            held, self._held = self._held, ""
            self._put(held)

    def write(self, text: str) -> int:
        """Write complete lines above the status line, and that line again; an incomplete line waits for its end."""
        if self._parts:
            whole, end, self._held = (self._held + text).rpartition("\n")
            if end:
                self._put(whole + end)
        else:
            self._stream.write(text)
        return len(text)

    def _put(self, text: str) -> None:
        """Write everything at once, so that the status line does not flicker."""
        self._stream.write(_CLEAR + text + fitted(self._parts, _columns(self._stream)))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def may_move(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a line may be overwritten: the stream is a terminal that can do so, and plain output is not asked for.

    ``NO_COLOR`` (https://no-color.org) and ``TERM=dumb`` ask for plain output.
    """
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM", "") not in ("", "dumb")


def fitted(parts: Sequence[str], columns: int) -> str:
    """As many of ``parts`` as fit, less one column, because a terminal wraps a line that fills it.

    >>> fitted(["199 answers", "69 new posts", "0 changed"], 30)
    '199 answers, 69 new posts'
    >>> fitted(["199 answers"], 8)
    '199 ans'
    """
    line = ""
    for part in parts:
        longer = f"{line}, {part}" if line else part
        if len(longer) >= columns:
            return line or longer[: max(columns - 1, 0)]
        line = longer
    return line


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS
