"""The last line of a terminal, overwritten as a run goes on; whatever else is printed goes above it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CLEAR = "\r\x1b[K"
_COLUMNS = 80


class StatusLine:
    """Stands in for the terminal's stream: what is written to it is never mixed with the line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._parts: Sequence[str] = ()
        self._held = ""

    def show(self, parts: Sequence[str]) -> None:
        """Overwrite the line with as many of ``parts`` as the terminal is wide, now that it may have another width.

        :raises OSError: if the terminal is gone.
        """
        self._parts = parts
        self._put("")

    def clear(self) -> None:
        """Take the line away.

        :raises OSError: if the terminal is gone.
        """
        if self._parts:
            self._parts = ()
            held, self._held = self._held, ""
            self._put(held)

    def write(self, text: str) -> int:
        """Write whole lines above the line, and that again below them; half a line waits for its end."""
        if self._parts:
            whole, end, self._held = (self._held + text).rpartition("\n")
            if end:
                self._put(whole + end)
        else:
            self._stream.write(text)
        return len(text)

    def _put(self, text: str) -> None:
        """In one piece, so that nobody sees the terminal without the line."""
        self._stream.write(_CLEAR + text + fitted(self._parts, _columns(self._stream)))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def may_move(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether a line may be overwritten there: on a terminal that can, whose owner has not asked for plain output.

    ``NO_COLOR`` (https://no-color.org) and ``TERM=dumb`` ask for that.
    """
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM", "") not in ("", "dumb")


def fitted(parts: Sequence[str], columns: int) -> str:
    """As many of ``parts`` as fit, with a column to spare, for a terminal wraps a line that fills it.

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
