"""What ``-a`` takes, as ``crawl -h`` shows it."""

from __future__ import annotations

import shutil
import textwrap

from scrapy.commands import ScrapyHelpFormatter

_HEAD, _INDENT = "Spider Arguments", 24


class WithArguments(ScrapyHelpFormatter):
    """Scrapy's help, but for a text that has its own lines."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_HEAD) else super()._fill_text(text, width, indent)


def table(width: int = 0) -> str:
    """The spider arguments at a width, the terminal's if none is given: name, what each does, an example."""
    from crawler.spiders.arguments import ARGUMENTS

    width = (width or shutil.get_terminal_size().columns) - 2
    lines = [_HEAD, "=" * len(_HEAD)]
    for argument in ARGUMENTS:
        told = textwrap.wrap(argument.does, max(width - _INDENT, 20))
        if len(told[-1]) + len(argument.example) + 6 > width - _INDENT:
            told.append("")
        told[-1] = f"{told[-1]} (-a {argument.example})".strip()
        name = f"  -a {argument.name}=..."
        lines += [f"{name:<{_INDENT}}{told[0]}", *(f"{'':<{_INDENT}}{line}" for line in told[1:])]
    return "\n".join(lines)
