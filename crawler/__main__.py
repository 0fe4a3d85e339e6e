"""``backfile``, or ``python -m crawler``: Scrapy's command line under our settings, in any folder.

What is imported here at once is what Python has at its start anyway: Ctrl-C during any other import would be a traceback.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from crawler import __version__
from crawler.exit_codes import CLOSED_PIPE, COULD_NOT_RUN, GOOD, INTERRUPTED
from crawler.invocation import called, program

if TYPE_CHECKING:
    from collections.abc import Collection

_SETTINGS = "crawler.settings"
_VARIABLE = "SCRAPY_SETTINGS_MODULE"
#: What archives are worked with, in the order in which a person meets it; everything else comes after it.
_FIRST = (
    "crawl",
    "status",
    "report",
    "learn",
    "rebuild",
    "verify",
    "export",
    "browse",
    "explain",
    "changes",
    "schema",
    "import",
    "warc",
    "forget",
    "catalog",
)


def main() -> NoReturn:
    """Run the command that is named, and end with its exit code."""
    try:
        try:
            _run(sys.argv[1:], "python -m crawler" if sys.argv[0].endswith("__main__.py") else "backfile")
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter, flushing once more, would complain
        sys.exit(CLOSED_PIPE)


def _run(arguments: list[str], name: str) -> NoReturn:
    called(name)
    sys.argv[0] = name  # what argparse calls us in its own messages
    if arguments and arguments[0] in ("--version", "-V"):
        sys.exit(_say(_version()))
    try:
        _choose_settings()
    except ImportError as error:
        _refuse(f"{_VARIABLE}={os.environ[_VARIABLE]} cannot be loaded: {error}")
    gc.disable()  # what is imported stays, and looking through it takes a tenth of the start; our commands enable it again
    from scrapy import cmdline  # not above: each of a rebuild's processes loads this module, and needs none of it
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    if "ARCHIVE_ROOT" not in settings:
        _refuse(
            f"{_VARIABLE}={os.environ[_VARIABLE]} are not settings of ours; have them begin with: from {_SETTINGS} import *"
        )
    if "EDITOR" in os.environ:
        settings["EDITOR"] = os.environ["EDITOR"]
    commands = cmdline._get_commands_dict(settings, inproject=True)  # noqa: SLF001 - Scrapy has no public way to list them
    if arguments[:1] == ["help"]:  # as many programs have it: help, and help crawl
        arguments = [*arguments[1:2], "-h"]
    if not arguments or arguments[0] in ("-h", "--help"):
        from shutil import get_terminal_size

        sys.exit(_say(_overview({name: given.short_desc() for name, given in commands.items()}, get_terminal_size().columns)))
    if arguments[0] not in commands:
        _refuse(_unknown(arguments[0], list(commands), _sites(settings["ARCHIVE_ROOT"])))
    if not type(commands[arguments[0]]).__module__.startswith("crawler."):
        gc.enable()
    cmdline.ScrapyArgumentParser = _named(cmdline.ScrapyArgumentParser)  # type: ignore[misc]
    cmdline.execute([program(), *arguments], settings)
    sys.exit(GOOD)


def _choose_settings() -> None:
    """Take our settings unless a person names others, which may lie in the current folder; its project is not ours.

    :raises ImportError: if there are none such.
    """
    named = os.environ.setdefault(_VARIABLE, _SETTINGS)
    if named != _SETTINGS:
        from importlib import import_module

        sys.path.append(os.getcwd())  # noqa: PTH109 - last: a folder ``crawler/`` of that person's is not ours
        import_module(named)


def _version() -> str:
    from importlib.metadata import version

    return f"Backfile {__version__} (Scrapy {version('scrapy')}, Python {sys.version.split()[0]})"


def _overview(commands: dict[str, str], width: int) -> str:
    """What there is, for ``-h``, in lines of that width."""
    from textwrap import wrap

    first = [name for name in _FIRST if name in commands]
    sections = {"Archives:": first, "Scrapy's own, and for looking at single pages:": sorted(commands.keys() - set(first))}
    lines = [f"Backfile {__version__} archives sites built with Jekyll and gives their source posts back.", ""]
    lines += [f"usage: {program()} <command> [options] [arguments]", ""]
    for title, names in sections.items():
        lines += [title]
        for name in names:
            lines += wrap(commands[name], width, initial_indent=f"  {name:<14}", subsequent_indent=" " * 16)
        lines += [""]
    more = f"{program()} <command> -h tells more about one. Archives lie in ./output/, or where ARCHIVE_ROOT says."
    return "\n".join(part for line in [*lines, more] for part in (wrap(line, width, replace_whitespace=False) or [""]))


def _sites(root: str) -> list[str]:
    """The names of the sites there are."""
    from crawler.archive.root import set_root  # not above, as in _run
    from crawler.sites.declared import names

    set_root(root)
    return names()


def _unknown(name: str, commands: list[str], sites: Collection[str] = ()) -> str:
    """One line for what is no command.

    >>> _unknown("stauts", ["crawl", "status"])
    'there is no command stauts; did you mean status?'
    >>> _unknown("finews", ["crawl", "view"], ["finews"])
    'there is no command finews, which is a site; name a command first, like: scrapy status finews'
    >>> _unknown("-s", ["crawl", "status"])
    'options come after the command: scrapy crawl SITE -s NAME=VALUE'
    """
    if name.startswith("-"):
        return (
            f"options come after the command: {program()} crawl SITE {name} {'NAME=VALUE' if name in ('-s', '-a') else '...'}"
        )
    if name in sites:
        return f"there is no command {name}, which is a site; name a command first, like: {program()} status {name}"
    from difflib import get_close_matches

    nearest = get_close_matches(name, commands, n=1)
    return f"there is no command {name}; " + (f"did you mean {nearest[0]}?" if nearest else f"{program()} -h lists them")


def _named(parser: type[Any]) -> type[Any]:
    """Scrapy's parser, whose usage begins with "scrapy", with our name in its place."""

    class Parser(parser):  # type: ignore[misc]
        def __init__(self, *, usage: str, **given: Any) -> None:
            super().__init__(usage=f"{program()} {usage.partition(' ')[2]}", **given)

    return Parser


def _say(text: str) -> int:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, say
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _refuse(f"standard output cannot be written: {error.strerror}")
    return GOOD


def _refuse(line: str) -> NoReturn:
    print(f"{program()}: {line}", file=sys.stderr)
    sys.exit(COULD_NOT_RUN)


if __name__ == "__main__":
    main()
