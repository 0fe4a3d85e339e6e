"""Converters of others, which get a post's true content and nothing else to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.conversion import WHO
from benchmarks.measure import PEERS
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Convert = Callable[[list[str]], list[str]]

_KRAMDOWN = """
require "json"
require "kramdown"
$stdin.set_encoding("UTF-8")
$stdin.each_line do |line|
  text = begin
    Kramdown::Document.new(JSON.parse(line), input: "html", line_width: 100_000).to_kramdown
  rescue StandardError
    ""
  end
  puts JSON.generate(text)
end
"""


def others() -> Iterator[tuple[str, Convert | str]]:
    """Each converter by its name, or how it is installed where it is missing."""
    yield "pandoc", _pandoc if shutil.which("pandoc") else "apt-get install pandoc"
    for who in WHO:
        yield who, _in_another_process(who) or f"make bench installs it into {PEERS.name}"
    yield "kramdown", _kramdown if shutil.which("ruby") else "apt-get install ruby-kramdown"


def _in_another_process(who: str) -> Convert | None:
    """One that is installed here, or beside those of others; ``None`` if it is in neither place."""
    for python in (sys.executable, PEERS / "bin" / "python"):
        command = [str(python), "-P", str(PROJECT / "benchmarks" / "conversion.py"), who]
        if shutil.which(python) and not subprocess.run(command, input=b"", capture_output=True, check=False).returncode:
            return partial(_by_lines, command)
    return None


def _pandoc(texts: list[str]) -> list[str]:
    command = ["pandoc", "--from=html", "--to=gfm", "--wrap=preserve"]

    def one(text: str) -> str:
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(one, texts))


def _kramdown(texts: list[str]) -> list[str]:
    """Kramdown's own way back, in one process."""
    return _by_lines(["ruby", "-EUTF-8:UTF-8", "-e", _KRAMDOWN], texts)


def _by_lines(command: list[str], texts: list[str]) -> list[str]:
    """What a process makes of texts that it reads as JSON, one a line."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]
