"""A process that forks others when it is told to, and answers a line for each."""

from __future__ import annotations

import json
import subprocess
from typing import IO, Any, Self


class Forking:
    """The process that forks; with ``with``. It starts when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()

    def _tell(self, command: list[str], order: dict[str, Any], **options: Any) -> IO[str]:
        """Send an order to the process, which is started with the options of ``subprocess.Popen``; gives where it answers."""
        if self._process is None:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout
