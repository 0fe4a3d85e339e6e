"""The Ruby that one converter of this process has left, until the next takes it."""

from __future__ import annotations

import atexit
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import subprocess

    from crawler.scratch import Scratch


class _Kept(NamedTuple):
    #: The process that started it: one that was forked from that has the other ends of its pipes, and must not ask.
    owner: int
    kind: object
    process: subprocess.Popen[bytes]
    folder: Scratch


#: None or one.
_kept: list[_Kept] = []


def keep(kind: object, process: subprocess.Popen[bytes], folder: Scratch) -> None:
    """Keep a process that waits for a question, and the folder that it runs in, in the place of one that was kept before.

    :param kind: of which another converter has to be to go on with it.
    """
    end_kept()
    _kept.append(_Kept(os.getpid(), kind, process, folder))


def take(kind: object) -> tuple[subprocess.Popen[bytes], Scratch] | None:
    """What is kept of this kind, which is the caller's from now on. Of another kind, it is ended."""
    if not _kept or _kept[0].owner != os.getpid():
        return None
    if _kept[0].kind != kind:
        end_kept()
        return None
    kept = _kept.pop()
    return kept.process, kept.folder


@atexit.register
def end_kept() -> None:
    """End the process that is kept, if this process started it, and take its folder away."""
    while _kept:
        kept = _kept.pop()
        if kept.owner == os.getpid():
            end(kept.process)
            kept.folder.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and close the pipes to it and from it."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
