"""What all commands have in common: whatever goes wrong is one line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import difflib
import logging
import os
import sys
import traceback
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NoReturn

from scrapy.exceptions import UsageError

from crawler.crawl.plain_log import calm, plain_record
from crawler.errors import CannotRun
from crawler.exit_codes import CLOSED_PIPE, COULD_NOT_RUN, DEFECT, INTERRUPTED
from crawler.invocation import command, program

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from scrapy.commands import ScrapyCommand as Base
else:
    Base = object


#: Characters of a line, beyond which its middle is left out.
_LONGEST = 2000
_NO_JSON = "a value given with -s cannot be read; dictionaries are written as JSON: -s NAME='{\"key\": 1}'"


def complain(line: object) -> None:
    """Say a line on stderr: a loss, a complaint, an error.

    What a person typed, or a stranger wrote, may be in it: it stays one line, of a length to be read, and steers no terminal.
    """
    if sys.stderr is not None:
        sys.stderr.write(f"{_plain(str(line))}\n")
        sys.stderr.flush()


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def nearest_option(name: str, known: Sequence[str]) -> str | None:
    """The option that a person may have meant; ``None`` if none is much like it. The dashes make no two options alike.

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


class Guarded(Base):
    """Goes before one of Scrapy's classes of commands; ``work`` does what the command is there for."""

    #: Said after an error of the system, or Ctrl-C: what became of what was begun.
    afterwards: ClassVar[str] = ""
    #: The exit code after Ctrl-C, for commands that end in no other way.
    interrupted: ClassVar[int] = INTERRUPTED
    #: Options that had another name once.
    renamed: ClassVar[dict[str, str]] = {}
    _parser: ArgumentParser

    def add_options(self, parser: ArgumentParser) -> None:
        """Scrapy's options; errors of the parser are one line, under the name by which a person called us."""
        self._parser = parser
        parser.error = partial(_refuse, self._name())  # type: ignore[method-assign]
        parser.usage = f"{command(self._name())} {self.syntax()}".rstrip()
        super().add_options(parser)

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's options; an unknown one is called unknown, and a setting without a meaning is refused."""
        _prepare_streams()
        self._refuse_unknown(args)
        with self._told():
            try:
                super().process_options(args, opts)
            except UsageError as error:
                raise _plainer(error, opts) from None
            except TypeError:  # a number or a list where Scrapy puts an object together
                if not opts.set:
                    raise
                raise UsageError(_NO_JSON) from None
            assert self.settings is not None
            if self.settings.get("LOG_LEVEL") and str(self.settings["LOG_LEVEL"]).upper() in logging.getLevelNamesMapping():
                self.settings.set("LOG_LEVEL", str(self.settings["LOG_LEVEL"]).upper(), priority="cmdline")
            calm(self.settings)
            if not self.debugging:
                logging.setLogRecordFactory(plain_record)
                sys.excepthook = _one_line
            self.check_settings()
        if self.exitcode:
            sys.exit(self.exitcode)

    def check_settings(self) -> None:
        """Refuse settings that cannot be meant.

        :raises CannotRun: for one that has no meaning.
        """
        from crawler.crawl.setting_values import check

        assert self.settings is not None
        check(self.settings)

    def run(self, args: list[str], opts: Namespace) -> None:
        """Do it, and tell whatever went wrong."""
        with self._told():
            code = self.work(args, opts)
            if code is not None:
                self.exitcode = code
            if sys.stdout is not None:
                sys.stdout.flush()

    def work(self, args: list[str], opts: Namespace) -> int | None:
        """What the command is there for: Scrapy's own, if a command does not say otherwise. Gives the exit code."""
        super().run(args, opts)  # type: ignore[safe-super]
        return None

    @property
    def debugging(self) -> bool:
        """Whether tracebacks are wanted: ``--loglevel DEBUG``."""
        return self.settings is not None and str(self.settings.get("LOG_LEVEL")).upper() == "DEBUG"

    def _name(self) -> str:
        return self.__class__.__module__.rpartition(".")[2]

    def _refuse_unknown(self, args: list[str]) -> None:
        options = args[: args.index("--")] if "--" in args else args
        given = next((word for word in options if word.startswith("-") and word != "-"), None)
        if given is None:
            return
        name = given.partition("=")[0]
        if name in self.renamed:
            raise UsageError(f"there is no option {name}; it is called {self.renamed[name]}")
        known = [text for action in self._parser._actions for text in action.option_strings]  # noqa: SLF001 - argparse has no other list
        near = nearest_option(name, known)
        raise UsageError(f"there is no option {name}" + (f"; did you mean {near}?" if near else ""))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what goes wrong into a line and an exit code."""
        try:
            yield
        except (UsageError, SystemExit):
            raise
        except BrokenPipeError:
            self.exitcode = CLOSED_PIPE
            _let_go_of_stdout()
        except KeyboardInterrupt:
            self.exitcode = self.interrupted
            if self.exitcode:
                complain(f"interrupted{self.afterwards}")
        except CannotRun as error:
            self.exitcode = error.exit_code
            self._say(error, str(error))
        except OSError as error:
            self.exitcode = COULD_NOT_RUN
            # What became of the work cannot be told from this: all of it may be done, and only the word of it lost.
            broken = _stdout_fails()
            self._say(
                error, f"standard output cannot be written: {broken.strerror}" if broken else in_words(error) + self.afterwards
            )
        except Exception as error:  # noqa: BLE001 - the one place where all others end
            self.exitcode, line = self._of_system(error)
            self._say(error, line)

    def _of_system(self, error: Exception) -> tuple[int, str]:
        import sqlite3

        if isinstance(error, sqlite3.Error):
            return COULD_NOT_RUN, f"{error}{self.afterwards}"
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return DEFECT, f"a defect of Backfile: {what}; --loglevel DEBUG shows where{self.afterwards}"

    def _say(self, error: BaseException, line: str) -> None:
        if self.debugging:
            traceback.print_exception(error)
        complain(line)
        _flush_stdout()


def _plainer(error: UsageError, opts: Namespace) -> UsageError:
    """Scrapy's own error, or which of the settings given with ``-s`` it is about."""
    if "Invalid -s value" not in str(error):
        return error
    bad = next((given for given in opts.set if "=" not in given), None)
    if bad is not None:
        return UsageError(f"-s {bad} sets nothing; write it like -s NAME=VALUE")
    return UsageError(_NO_JSON)


def _refuse(name: str, message: str) -> NoReturn:
    end = "" if message.endswith("?") else ";"
    complain(f"{command(name)}: {message}{end} {command(name)} -h tells more")
    sys.exit(COULD_NOT_RUN)


def _prepare_streams() -> None:
    """Characters that a terminal has no way to show are written as escapes; a closed stream is a sink."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for as long as the process lasts
        elif hasattr(stream, "reconfigure") and stream.errors in ("strict", "surrogateescape"):  # the second in the C locale
            stream.reconfigure(errors="backslashreplace")


def in_words(error: OSError) -> str:
    """An error of the system without its number.

    >>> in_words(OSError(28, "No space left on device"))
    'No space left on device'
    >>> in_words(PermissionError(13, "Permission denied", "output/finews"))
    'output/finews: Permission denied'
    """
    if not error.strerror:
        return str(error)
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, str | bytes | os.PathLike)]
    return ": ".join([" -> ".join(names), error.strerror] if names else [error.strerror])


def _stdout_fails() -> OSError | None:
    """Why standard output takes nothing, if it does not: what is left to write is tried once more.

    Under ``PYTHONUNBUFFERED`` nothing is left, and only what never takes anything, such as ``/dev/full``, can be told.
    """
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")
    except OSError as error:
        return error if error.strerror else None  # without: a stream that is no file
    return None


def _flush_stdout() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _let_go_of_stdout()


def _let_go_of_stdout() -> None:
    """Nobody reads any more: what is left to write must not raise again when the interpreter ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the process lasts


def _one_line(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """``sys.excepthook`` for whatever Scrapy itself raises outside of a command's own methods."""
    complain("interrupted" if issubclass(kind, KeyboardInterrupt) else f"{program()}: {kind.__name__}: {error}".splitlines()[0])
