"""What commands print on a person's terminal: one line for each error, whatever the state of the standard streams."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

#: Of longer lines, the middle is left out.
_LONGEST = 2000


def print_stderr(line: object) -> None:
    """Print one line on stderr.

    It may have parts that a person typed or that come from outside: control characters are escaped, and a long line is cut.
    """
    if sys.stderr is not None:
        with suppress(OSError):  # a terminal that was closed, or a full disk: nobody can be told
            sys.stderr.write(f"{_printable(str(line))}\n")
            sys.stderr.flush()


def _printable(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def prepare_streams() -> None:
    """Make standard streams safe: characters that they cannot encode are escaped, and a closed stream takes anything."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the process ends
        elif hasattr(stream, "reconfigure") and stream.errors in ("strict", "surrogateescape"):  # the second in the C locale
            stream.reconfigure(errors="backslashreplace")


def stdout_error() -> OSError | None:
    """Why standard output cannot be written; ``None`` if it can. Buffered output is written once more to find out.

    With ``PYTHONUNBUFFERED`` there is no buffer to write again: an error is found only if every write fails (``/dev/full``).
    """
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")
    except OSError as error:
        return error if error.strerror else None  # a stream without a file gives an error without a text
    return None


def flush_stdout() -> None:
    """Flush standard output; if that fails, discard the rest."""
    try:
        sys.stdout.flush()
    except OSError:
        discard_stdout()


def discard_stdout() -> None:
    """Discard buffered output that nobody reads, so that the interpreter does not fail when it flushes it at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open until the process ends
