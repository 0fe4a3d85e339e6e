"""``scrapy genspider``: Scrapy's own command, with errors in one line; a name that no class can have is refused."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import genspider
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import Namespace


class Command(CommandMixin, genspider.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Write the spider's file.

        :raises UsageError: if no name and domain are given, Python could not import the file, or there is no such template.
        :raises CannotRun: if Scrapy writes none, since there is one of that name.
        """
        if not (opts.list or opts.dump):
            if len(args) != 2:  # noqa: PLR2004
                raise UsageError("name the spider and a domain, like: example example.com")
            if not args[0] or not genspider.sanitize_module_name(args[0]).isidentifier():
                raise UsageError(f"{args[0]!r} can be no spider's name; it takes letters, digits, '_', '-' and '.'")
        template = opts.dump or opts.template
        if not opts.list and not any(file.exists() for file in self._templates(template)):
            raise UsageError(f"there is no template {template!r}; {command('genspider -l')} shows them")
        with redirect_stdout(io.StringIO()) as said:
            super().work(args, opts)
        text = said.getvalue()
        if not (opts.list or opts.dump or text.startswith("Created")):
            raise CannotRun(" ".join(text.split()))
        print(text, end="")

    def _templates(self, name: str) -> tuple[Path, Path]:
        """Where Scrapy looks for a template."""
        file = name if name.endswith(".tmpl") else f"{name}.tmpl"
        return Path(file), Path(self.templates_dir, file)
