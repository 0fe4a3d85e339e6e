"""How each command is called; ``{page}``, ``{captures}`` and ``{out}`` are filled in by what runs them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Called:
    """A command line, and what may become of it."""

    words: tuple[str, ...]
    #: Whether it changes the archive.
    writes: bool = False
    #: Whether it reads an archive at all.
    reads: bool = True
    #: Whether it serves until it is stopped.
    serves: bool = False
    #: Options that take a month, day or time, or a number, with a value that has no meaning.
    bad_value: tuple[str, ...] = ()
    #: The extra without which it does nothing.
    extra: str = ""
    #: Whether it prints on standard output when all is well.
    prints: bool = True
    #: The site whose archive there is: one that is declared, or ``shore``, which was learned.
    site: str = "finews"

    @property
    def name(self) -> str:
        """As the table has it."""
        return " ".join(word for word in self.words if not word.startswith("{"))


COMMANDS = [
    Called(("crawl", "finews"), writes=True, bad_value=("-a", "since=2022-02-30"), prints=False),
    Called(("status", "finews"), bad_value=("--runs", "none")),
    Called(("report", "finews", "--output", "{out}.html"), bad_value=("--since", "2022-02-30")),
    Called(("verify", "finews"), bad_value=("--jobs", "0")),
    Called(("rebuild", "finews"), writes=True, bad_value=("--since", "2022-02-30")),
    Called(("rebuild", "finews", "--diff"), bad_value=("--until", "2022-13")),
    Called(("catalog", "finews"), writes=True),
    Called(("learn", "shore"), site="shore", bad_value=("--samples", "nothing.md")),
    Called(("rebuild", "shore"), site="shore", writes=True, bad_value=("--since", "2022-02-30")),
    Called(("import", "{captures}"), writes=True, bad_value=("--site", "nosuch")),
    Called(("warc", "{captures}")),
    Called(
        ("export", "finews", "--format", "csv", "--output", "{out}.csv"), bad_value=("--since", "2022-02-30"), extra="export"
    ),
    Called(
        ("export", "finews", "--format", "jekyll", "--output", "{out}.jekyll"), bad_value=("--jobs", "none"), extra="export"
    ),
    Called(("export", "finews", "--format", "wacz", "--output", "{out}.wacz"), extra="wacz"),
    Called(("changes", "finews"), bad_value=("--since", "nothing")),
    Called(("explain", "finews", "{id}")),
    Called(("forget", "finews", "{id}", "--reason", "asked"), writes=True),
    Called(("browse", "finews", "--port", "0"), serves=True, bad_value=("--port", "none"), extra="browse"),
    Called(("shell", "{page}", "-c", "post")),
    Called(("fetch", "{page}")),
    Called(("parse", "--spider", "finews", "{page}")),
    Called(("view", "{page}"), prints=False),
    Called(("check",), reads=False, prints=False),
    Called(("schema", "run"), reads=False),
    Called(("list",), reads=False),
]
