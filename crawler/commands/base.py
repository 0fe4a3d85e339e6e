"""What all commands share: every error is one line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import atexit
import gc
import logging
import signal
import sys
import traceback
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NoReturn

from scrapy.exceptions import UsageError

from crawler.archive.regular import check_archives
from crawler.archive.root import DEFAULT, check_root, set_root
from crawler.commands.contact import name_contact
from crawler.commands.hang_up import stop_when_hung_up
from crawler.commands.option_errors import NO_JSON, plainer, refuse, unknown_option
from crawler.commands.streams import discard_stdout, flush_stdout, prepare_streams, print_stderr, stdout_error
from crawler.crawl.console.log import one_line_record, quiet_scrapy
from crawler.errors import CannotRun
from crawler.exit_codes import CLOSED_PIPE, COULD_NOT_RUN, DEFECT, INTERRUPTED, LOCKED, TERMINATED
from crawler.invocation import command, program

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from types import TracebackType

    from scrapy.commands import ScrapyCommand as Base
else:
    Base = object


class CommandMixin(Base):
    """Goes before one of Scrapy's command classes. Subclasses do their work in :meth:`work`."""

    #: Added to the line on a system error, on Ctrl-C or SIGTERM: what became of the work that was begun.
    after_error: ClassVar[str] = ""
    #: The exit code after Ctrl-C; where it is 0, SIGTERM has it as well.
    interrupt_exit_code: ClassVar[int] = INTERRUPTED
    #: Former names of options, each with the present name.
    renamed_options: ClassVar[dict[str, str]] = {}
    #: What a person may type, without the name of the program, for ``-h``.
    example: ClassVar[str] = ""
    #: Whether a file in the place of the folder of archives is an error before anything else.
    reads_archives: ClassVar[bool] = False
    _parser: ArgumentParser

    def add_options(self, parser: ArgumentParser) -> None:
        """Add Scrapy's options; errors of the parser become one line, with the name by which a person called the program."""
        self._parser = parser
        parser.error = partial(refuse, self._name())  # type: ignore[method-assign]
        parser.usage = f"{command(self._name())} {self.syntax()}".rstrip()
        parser.epilog = f"Example: {command(self.example)}" if self.example else None
        super().add_options(parser)

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read Scrapy's options, and refuse unknown options and invalid settings."""
        prepare_streams()
        self._refuse_unknown(args)
        with self._handling_errors():
            try:
                super().process_options(args, opts)
            except UsageError as error:
                raise plainer(error, opts) from None
            except TypeError:  # a number or a list where Scrapy puts an object together
                if not opts.set:
                    raise
                raise UsageError(NO_JSON) from None
            assert self.settings is not None
            if self.settings.get("LOG_LEVEL") and str(self.settings["LOG_LEVEL"]).upper() in logging.getLevelNamesMapping():
                self.settings.set("LOG_LEVEL", str(self.settings["LOG_LEVEL"]).upper(), priority="cmdline")
            name_contact(self.settings)
            quiet_scrapy(self.settings)
            if not self.debugging:
                logging.setLogRecordFactory(one_line_record)
                sys.excepthook = _one_line
            self.check_settings()
            set_root(self.settings.get("ARCHIVE_ROOT") or DEFAULT)
            check_archives(args)
        if self.exitcode:
            sys.exit(self.exitcode)

    def check_settings(self) -> None:
        """Check the settings.

        :raises CannotRun: if one is invalid.
        """
        from crawler.crawl.setting_values import check

        assert self.settings is not None
        check(self.settings)

    def run(self, args: list[str], opts: Namespace) -> None:
        """Do the work, and report any error."""
        signal.signal(signal.SIGTERM, _terminate)  # a crawl's own replaces it
        stop_when_hung_up()
        gc.freeze()  # what was imported is no garbage
        gc.enable()
        atexit.register(gc.freeze)  # else Python looks for garbage among 100,000 objects before it ends: 0.1 s
        with self._handling_errors():
            if self.reads_archives:
                check_root()
            code = self.work(args, opts)
            if code is not None:
                self.exitcode = code
            if sys.stdout is not None:
                sys.stdout.flush()

    def work(self, args: list[str], opts: Namespace) -> int | None:
        """Do the work of the command: by default, that of Scrapy's own command.

        :returns: the exit code; ``None`` if the command has set it.
        """
        super().run(args, opts)  # type: ignore[safe-super]
        return None

    @property
    def debugging(self) -> bool:
        """Whether tracebacks are wanted: ``--loglevel DEBUG``."""
        return self.settings is not None and str(self.settings.get("LOG_LEVEL")).upper() == "DEBUG"

    def _name(self) -> str:
        return self.__class__.__module__.rpartition(".")[2]

    def _refuse_unknown(self, args: list[str]) -> None:
        known = [text for action in self._parser._actions for text in action.option_strings]  # noqa: SLF001 - argparse has no public list
        error = unknown_option(args, known, self.renamed_options)
        if error is not None:
            raise error

    @contextmanager
    def _handling_errors(self) -> Iterator[None]:
        """Turn an exception into a line on stderr and an exit code."""
        try:
            yield
        except (UsageError, SystemExit):
            raise
        except BrokenPipeError:
            self.exitcode = CLOSED_PIPE
            discard_stdout()
        except KeyboardInterrupt as stop:
            self._stopped(stop)
        except CannotRun as error:
            self.exitcode = error.exit_code
            self._report(error, str(error))
        except OSError as error:
            self.exitcode = COULD_NOT_RUN
            from crawler.archive.disk import told

            # If standard output fails, the work may still be complete, so that nothing is said about it.
            failed = stdout_error()
            line = f"standard output cannot be written: {failed.strerror}" if failed else told(error) + self.after_error
            self._report(error, line)
        except Exception as error:  # noqa: BLE001 - the one place where all others end
            interrupt = _interrupt_before(error)
            if interrupt is not None:  # what was cut short may not let itself be closed as usual
                self._stopped(interrupt)
                return
            self.exitcode, line = self._unexpected(error)
            self._report(error, line)

    def _stopped(self, stop: KeyboardInterrupt) -> None:
        self.exitcode = self.interrupt_exit_code and (TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED)
        if self.exitcode:
            print_stderr(f"{str(stop) or 'interrupted'}{self.after_error}")

    def _unexpected(self, error: Exception) -> tuple[int, str]:
        """The exit code and the line for an error that no other rule covers."""
        import sqlite3

        from crawler.archive.catalog.schema import is_busy
        from crawler.archive.disk import told

        if is_busy(error):
            return (
                LOCKED,
                f"a database is being used by another program for too long; close it there, and try again{self.after_error}",
            )
        if isinstance(error, sqlite3.Error):
            return COULD_NOT_RUN, f"a database could not be read or written: {told(error)}{self.after_error}"
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return DEFECT, f"a defect of Backfile: {what}; --loglevel DEBUG shows where{self.after_error}"

    def _report(self, error: BaseException, line: str) -> None:
        if self.debugging:
            traceback.print_exception(error)
        print_stderr(line)
        flush_stdout()


def _interrupt_before(error: BaseException) -> KeyboardInterrupt | None:
    """Ctrl-C or SIGTERM that was being handled when an error was raised; ``None`` if there was none."""
    before = error.__context__
    while before is not None and not isinstance(before, KeyboardInterrupt):
        before = before.__context__
    return before


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does: nothing temporary is left behind, and no process."""


def _terminate(_: int, __: object) -> NoReturn:
    raise _Terminated("ended by SIGTERM")


def _one_line(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """Report what Scrapy raises outside of a command's own methods; this is ``sys.excepthook``."""
    if issubclass(kind, KeyboardInterrupt):
        print_stderr("interrupted")
    else:
        print_stderr(f"{program()}: {kind.__name__}: {error}".splitlines()[0])
