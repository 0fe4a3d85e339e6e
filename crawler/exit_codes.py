"""How our commands end: what a scheduler can act on."""

from __future__ import annotations

#: Finished, and nothing is missing.
GOOD = 0
#: Finished; what is missing is named, and the next run goes on with it.
LOSSES = 1
#: An argument, a setting or a folder: nothing was done.
COULD_NOT_RUN = 2
#: Another process is writing to the archive.
LOCKED = 3
#: The site no longer looks as its rules say; everything was captured, nothing overwritten.
LAYOUT_CHANGED = 4
