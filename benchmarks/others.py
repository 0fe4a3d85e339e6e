"""Converters of others, which get a post's true content and nothing else to do."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

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
    for name, package in (("markdownify", "markdownify"), ("html_to_markdown", "html-to-markdown")):
        try:
            module = importlib.import_module(name)
        except ImportError:
            yield package, f"pip install {package}"
        else:
            yield (
                package,
                _each(module.markdownify if name == "markdownify" else lambda text, used=module: _text(used.convert(text))),
            )
    yield "kramdown", _kramdown if shutil.which("ruby") else "apt-get install ruby-kramdown"


def _text(result: object) -> str:
    """What html-to-markdown makes: newer versions give an object, of which the text is a part."""
    return result if isinstance(result, str) else str(getattr(result, "content", ""))


def _each(convert: Callable[[str], str]) -> Convert:
    return lambda texts: [convert(text) for text in texts]


def _pandoc(texts: list[str]) -> list[str]:
    command = ["pandoc", "--from=html", "--to=gfm", "--wrap=preserve"]

    def one(text: str) -> str:
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False).stdout

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(one, texts))


def _kramdown(texts: list[str]) -> list[str]:
    """Kramdown's own way back, in one process."""
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(
        ["ruby", "-EUTF-8:UTF-8", "-e", _KRAMDOWN], input=lines, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]
