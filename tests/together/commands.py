"""The commands that may run at one time, how each is called, and what may come of it."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import REPLAY


@dataclass(frozen=True, slots=True)
class Command:
    """A command line; ``{post}`` is a post to forget, ``{back}`` one that is forgotten, ``{captures}`` a folder of captures."""

    words: tuple[str, ...]
    #: Whether it needs a site to crawl.
    crawls: bool = False
    #: Whether it writes to the archive, so that a second one that does is refused.
    writes: bool = False
    #: Whether it serves until Ctrl-C.
    serves: bool = False
    #: The exit codes that it may end with while another command is at work.
    codes: frozenset[int] = frozenset({0, 3})

    @property
    def name(self) -> str:
        """As the table has it."""
        return " ".join(word for word in self.words if "{" not in word and word not in ("finews", "--format", "--reason", "x"))


_MAY_LOSE = frozenset({0, 1, 3})
COMMANDS = [
    Command(("crawl", "finews"), crawls=True, writes=True),
    Command(("import", "{captures}", "--site", "finews"), writes=True),
    Command(("rebuild", "finews", "--jobs", "1"), writes=True),
    Command(("verify", "finews", "--jobs", "1", "--repair"), writes=True),
    Command(("catalog", "finews"), writes=True),
    # An export that is being written is named, and the same command takes the post out of it.
    Command(("forget", "finews", "{post}", "--reason", "x"), writes=True, codes=_MAY_LOSE),
    Command(("forget", "finews", "{back}", "--undo", "--reason", "x"), writes=True),
    Command(("verify", "finews", "--jobs", "1")),
    Command(("rebuild", "finews", "--diff", "--jobs", "1"), codes=_MAY_LOSE),
    Command(("status", "finews"), codes=frozenset({0})),
    Command(("report", "finews"), codes=frozenset({0})),
    Command(("changes", "finews"), codes=frozenset({0})),
    Command(("explain", "finews", "{stays}"), codes=frozenset({0})),
    Command(("browse", "finews", "--port", "0"), serves=True),
    *(Command(("export", "finews", "--format", name)) for name in (*FORMATS, *REPLAY)),
    *(Command(("export", "finews", "--format", name, "--since-run")) for name in ("sqlite", "parquet")),
]
STOP = signal.SIGINT
