"""A pipeline with a defect, to see what a run makes of one."""

from __future__ import annotations

from typing import Any


class BrokenPipeline:
    """Fails on every item."""

    def process_item(self, item: Any) -> Any:
        raise ZeroDivisionError("on purpose")
