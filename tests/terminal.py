"""A command in a real terminal: a pseudo-terminal of a given size, keys typed into it, and the screen as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pyte

from tests.replica.forks import PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CTRL_C, CTRL_D = "\x03", "\x04"
#: Makes the terminal the new session's own, so that Ctrl-C reaches whoever is in its foreground; then becomes the command.
_LAUNCH = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
#: What would tell a command of another terminal than this one.
_ELSEWHERE = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TERM_PROGRAM", "COLORTERM", "PYTHONSTARTUP")
_SCROLLED = 100_000


class TookTooLong(AssertionError):
    """The command did not end, or not say what was waited for; with the screen as it was."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command left behind when it ended."""

    code: int
    #: Every byte that it wrote to the terminal.
    raw: bytes
    #: All lines that a person could scroll to, without the blanks at their ends.
    lines: list[str]

    @property
    def text(self) -> str:
        """The lines in one piece."""
        return "\n".join(self.lines)


class Terminal:
    """A command's terminal; with ``with``, which stops the command by its own process group if it still runs.

    ``environment``: added to this process's own. ``timeout``: seconds for everything together.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        cwd: Path = PROJECT,
        timeout: float = 600,
    ) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=_SCROLLED)
        self._screen.write_process_input = self.type  # it answers who asks where the cursor is
        self._stream = pyte.ByteStream(self._screen)
        self._raw = bytearray()
        self._seen = 0
        self._deadline = time.monotonic() + timeout
        self._master, slave = pty.openpty()
        self._set_size(columns, rows)
        own = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCH, *command],
            cwd=cwd,
            env=own | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | dict(environment or {}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)

    # What a person does

    def type(self, keys: str) -> None:
        """Press these keys: ``"\\r"`` is Enter, ``CTRL_C`` and ``CTRL_D`` what they are called."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Pull the window to another size; the command is told with SIGWINCH."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def wait_for(self, text: str) -> None:
        """Read until the command has written ``text`` since it was last waited for.

        :raises TookTooLong: if it never does.
        """
        wanted = text.encode()
        while (found := self._raw.find(wanted, self._seen)) < 0:
            if not self._read():
                raise TookTooLong(f"ended without {text!r}:\n{self}")
        self._seen = found + len(wanted)

    def end(self) -> Shown:
        """Read until the command ends.

        :raises TookTooLong: if it does not.
        """
        while self._read():
            pass
        try:
            code = self.process.wait(max(self._deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            raise TookTooLong(f"closed its terminal and goes on:\n{self}") from None
        return Shown(code, bytes(self._raw), self.lines)

    def close_window(self) -> int:
        """Close the terminal, which sends SIGHUP to the command and takes nothing that it writes; its exit code."""
        os.close(self._master)
        self._master = -1
        return self.process.wait(max(self._deadline - time.monotonic(), 0.1))

    # What a person sees

    @property
    def raw(self) -> bytes:
        """Every byte that the command has written up to now."""
        return bytes(self._raw)

    @property
    def display(self) -> list[str]:
        """The lines on the screen now, without the blanks at their ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def lines(self) -> list[str]:
        """All lines, with those that have scrolled away, up to the last that holds anything."""
        gone = ["".join(line[x].data for x in range(self._screen.columns)).rstrip() for line in self._screen.history.top]
        lines = [*gone, *self.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> bool:
        """Take what the command has written; ``False`` once nobody has the terminal open any more."""
        left = self._deadline - time.monotonic()
        if left <= 0 or not select.select([self._master], [], [], left)[0]:
            raise TookTooLong(f"took too long:\n{self}")
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # EIO: Linux's way to say that the last of them has closed it
            return False
        self._raw += data
        self._stream.feed(data)
        return bool(data)


def shown(
    command: Sequence[str],
    *,
    keys: str = "",
    columns: int = 80,
    rows: int = 24,
    environment: Mapping[str, str] | None = None,
    cwd: Path = PROJECT,
    timeout: float = 600,
) -> Shown:
    """Run a command in a terminal to its end; ``keys`` are typed ahead."""
    with Terminal(command, columns=columns, rows=rows, environment=environment, cwd=cwd, timeout=timeout) as terminal:
        terminal.type(keys)
        return terminal.end()
