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
#: A defect of Backfile itself (``EX_SOFTWARE`` of sysexits.h).
DEFECT = 70
#: Ended by Ctrl-C, as a shell counts it: 128 and the number of SIGINT.
INTERRUPTED = 130
#: Whoever read the output closed it (``| head``), as a shell counts it: 128 and the number of SIGPIPE.
CLOSED_PIPE = 141
#: Ended by SIGTERM (a service that is stopped, ``timeout``), as a shell counts it: 128 and the number of SIGTERM.
TERMINATED = 143
