"""Jekyll's own Markdown converter, in one long-lived process that renders many texts a batch.

The process belongs to nobody else: it runs in an empty folder, loads no Gemfile and no plugin, and neither Liquid nor layouts
are run in it. A text that takes too much of the processor or of memory ends it; then it is started again. Where one converter
is closed, the next goes on with its process: the first crawl of a site needs four, and each start takes a third of a second.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from crawler.reconstruct.ruby.kept_ruby import end, keep, take
from crawler.reconstruct.ruby.start import start_ruby
from crawler.scratch import Scratch

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

_PROGRAM = Path(__file__).with_name("converter.rb")
_START_SECONDS = 60
#: A batch that ended the process is tried text by text, until so many of them have ended it again.
_CRASHES = 2


class NoConverter(Exception):
    """Ruby or Jekyll is not there, or does not start."""


@cache
def available() -> bool:
    """Whether Ruby and Jekyll are there and start."""
    try:
        with Converter({}) as converter:
            return converter.convert(["a"]) == ["<p>a</p>\n"]
    except NoConverter:
        return False


class Converter:
    """Renders Markdown under a site's ``kramdown`` settings; a context manager.

    ``cpu_seconds``, ``memory`` (bytes): what a text may take. It is several times what a long post does: at the limit, a busy
    machine would give another source post of the same page. ``longest``: of characters; a longer text is not tried.
    """

    def __init__(
        self,
        kramdown: Mapping[str, object],
        *,
        cpu_seconds: int = 3,
        batch_seconds: float = 120,
        memory: int = 2 << 30,
        longest: int = 400_000,
    ) -> None:
        self.kramdown = dict(kramdown)
        #: How often the process ended on a text.
        self.crashes = 0
        self._limits: dict[str, object] = {"kramdown": self.kramdown, "cpu_seconds": cpu_seconds, "memory": memory}
        self._batch_seconds = batch_seconds
        self._longest = longest
        self._folder: Scratch | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_asked = False
        self._kind: object = None

    def __enter__(self) -> Self:
        if self._goes_on():
            return self
        self._folder = Scratch()
        try:
            self._start()
        except NoConverter:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def configure(self, kramdown: Mapping[str, object]) -> None:
        """Render under other settings from now on; the process goes on."""
        self.kramdown = dict(kramdown)
        self._limits["kramdown"] = self.kramdown
        if self._process is not None and self._ask({"kramdown": self.kramdown}, self._batch_seconds) is None:
            self._end()

    def close(self) -> None:
        """Leave the process and its folder to the next converter; a process that owes an answer is ended."""
        if self._is_asked:
            self._end()
        if self._process is not None and self._folder is not None:
            keep(self._kind, self._process, self._folder)
        elif self._folder is not None:
            self._folder.close()
        self._process = self._folder = None

    def convert(self, texts: Sequence[str]) -> list[str | None]:
        """What each text renders to; ``None`` for one that is too long, cannot be rendered or ends the process."""
        rendered: list[str | None] = [None] * len(texts)
        numbers = [number for number, text in enumerate(texts) if len(text) <= self._longest]
        found = self._batch([texts[number] for number in numbers])
        if found is None and len(numbers) > 1:
            crashes = self.crashes
            found = [
                (self._batch([texts[number]]) or [None])[0] if self.crashes - crashes < _CRASHES else None for number in numbers
            ]
        for number, result in zip(numbers, found or [None] * len(numbers), strict=True):
            rendered[number] = result
        return rendered

    def highlight(self, tags: Sequence[tuple[str, str, str]]) -> list[str | None]:
        """What Jekyll's ``highlight`` makes of start, code and end of each tag; ``None`` where code looks like Liquid."""
        if not tags:
            return []
        return self._batch([{"tag": list(tag)} for tag in tags]) or [None] * len(tags)

    def smartify(self, title: str) -> str | None:
        """What Jekyll's filter of this name makes of a title; ``None`` if it makes nothing of it."""
        return (self._batch([{"title": title}]) or [None])[0] if len(title) <= self._longest else None

    def _batch(self, texts: Sequence[object]) -> list[str | None] | None:
        """What the process answers; ``None`` if it ended or hung, and it is then started again."""
        if not texts:
            return []
        try:
            if self._process is None:
                self._start()
            answer = self._ask(texts, self._batch_seconds)
        except NoConverter:  # it started once; what hinders it now may pass
            answer = None
        if answer is None:
            self.crashes += 1
            self._end()
            return None
        found: list[str | None] = json.loads(answer)
        return found

    def _goes_on(self) -> bool:
        """Take the process that another converter of the same kind left, under other settings; whether there is one."""
        self._kind = self._started_with()
        kept = take(self._kind)
        if kept is None:
            return False
        self._process, self._folder = kept
        if self._ask({"kramdown": self.kramdown}, self._batch_seconds) is None:
            self._end()
            self.close()
        return self._process is not None

    def _started_with(self) -> object:
        """By which a process that is started now differs from others."""
        return shutil.which("ruby"), dict(os.environ), self._limits["cpu_seconds"], self._limits["memory"]

    def _start(self) -> None:
        if self._folder is None:
            raise NoConverter("The converter is closed.")
        ruby = shutil.which("ruby")
        if ruby is None:
            raise NoConverter("There is no Ruby; install ruby and jekyll to get Markdown.")
        self._kind = self._started_with()
        self._process = start_ruby(ruby, _PROGRAM, str(self._folder.path))
        if self._ask(self._limits, _START_SECONDS) is None:
            self._end()
            raise NoConverter("Ruby is there, but Jekyll does not start with it; install jekyll (kramdown 2.3.1 or newer).")

    def _end(self) -> None:
        if self._process is None:
            return
        end(self._process)
        self._process, self._is_asked = None, False

    def _ask(self, question: object, seconds: float) -> bytes | None:
        """Send a line and read the line that comes back; ``None`` if none comes in time."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._is_asked = True
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return None
        answer = _line(self._process.stdout.fileno(), seconds)
        self._is_asked = answer is None
        return answer


def _line(source: int, seconds: float) -> bytes | None:
    parts: list[bytes] = []
    with selectors.DefaultSelector() as waiting:
        waiting.register(source, selectors.EVENT_READ)
        while not parts or not parts[-1].endswith(b"\n"):
            if not waiting.select(seconds):
                return None
            part = os.read(source, 1 << 20)
            if not part:
                return None
            parts.append(part)
    return b"".join(parts)
