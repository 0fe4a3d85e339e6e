"""``scrapy`` commands of this project. Scrapy imports all of them at each start, and Ctrl-C meanwhile is one line, too."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def _say_interrupted(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, where)


if sys.excepthook is sys.__excepthook__:  # else it is somebody else's program
    sys.excepthook = _say_interrupted
