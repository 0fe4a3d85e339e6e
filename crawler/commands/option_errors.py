"""What is wrong with the options that a person gave to a command, in one line."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING, NoReturn

from scrapy.exceptions import UsageError

from crawler.commands.streams import print_stderr
from crawler.exit_codes import COULD_NOT_RUN
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

#: What a value that Scrapy cannot read is told.
NO_JSON = "a value given with -s cannot be read; dictionaries are written as JSON: -s NAME='{\"key\": 1}'"


def nearest_option(name: str, known: Sequence[str]) -> str | None:
    """The known option that is most similar to ``name``, dashes apart; ``None`` if none is similar.

    >>> nearest_option("--ouput", ["--set", "--output"])
    '--output'
    >>> nearest_option("--ouput", ["--set", "--json"])
    >>> nearest_option("-o", ["-s", "--output"])
    '--output'
    """
    word = name.lstrip("-")
    if len(word) == 1:
        return next((option for option in known if option.startswith(f"--{word}")), None)
    words = {option.lstrip("-"): option for option in known}
    near = difflib.get_close_matches(word, list(words), 1, 0.6)
    return words[near[0]] if near else None


def unknown_option(args: Sequence[str], known: Sequence[str], renamed: Mapping[str, str]) -> UsageError | None:
    """The error for the first word that is like an option and was not read as one; ``None`` if there is none.

    :param renamed: former names of options, each with the present name.
    """
    options = args[: args.index("--")] if "--" in args else args
    unknown = next((word for word in options if word.startswith("-") and word != "-"), None)
    if unknown is None:
        return None
    name = unknown.partition("=")[0]
    if name in renamed:
        return UsageError(f"there is no option {name}; it is called {renamed[name]}")
    near = nearest_option(name, known)
    return UsageError(f"there is no option {name}" + (f"; did you mean {near}?" if near else ""))


def plainer(error: UsageError, opts: Namespace) -> UsageError:
    """Scrapy's error, or a line that names the invalid setting given with ``-s``."""
    if "Invalid -s value" not in str(error):
        return error
    bad = next((setting for setting in opts.set if "=" not in setting), None)
    if bad is not None:
        return UsageError(f"-s {bad} sets nothing; write it like -s NAME=VALUE")
    return UsageError(NO_JSON)


def refuse(name: str, message: str) -> NoReturn:
    """End the command with a line for an error of its parser."""
    message = message.rstrip()  # some of Scrapy's end with a line break
    end = "" if message.endswith("?") else ";"
    print_stderr(f"{command(name)}: {message}{end} {command(name)} -h tells more")
    sys.exit(COULD_NOT_RUN)
