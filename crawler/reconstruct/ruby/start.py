"""Starts a Ruby program of ours, which has Jekyll do one thing for a command that goes on."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Variables that make Ruby load what is not Jekyll's.
_NOT_FOR_IT = ("RUBYOPT", "RUBYLIB", "BUNDLE_GEMFILE", "BUNDLE_PATH", "BUNDLE_BIN_PATH", "JEKYLL_ENV")
#: What a terminal, a shell or systemd sends to all processes of a command at once: only the command itself answers it.
_FOR_THE_COMMAND = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
#: Ruby unblocks signals when it starts, and goes on ignoring those that it was started to ignore.
_IGNORING = 'trap "" INT TERM HUP QUIT; exec "$0" "$@"'


def start_ruby(ruby: str, program: Path, folder: Path | str, **variables: str) -> subprocess.Popen[bytes]:
    """Start a program in a folder, with a pipe to it and one from it. It reads lines, and ends where these end.

    Signals that stop the command pass it by: one that comes while Ruby loads a part of Jekyll would leave the program running
    without that part, and what it makes from then on would be another text. The command ends it, or its own end does.

    :param ruby: the path of the ``ruby`` command.
    :param variables: of its environment, besides those that this process has.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_IT}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _FOR_THE_COMMAND)  # a new process has its parent's mask until Ruby runs
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            ["/bin/sh", "-c", _IGNORING, ruby, "-EUTF-8:UTF-8", str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**environment, "JEKYLL_NO_BUNDLER_REQUIRE": "1", **variables},
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
