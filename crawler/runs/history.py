"""The reports of earlier runs, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson


def newest_first(folder: Path) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the newest first; what cannot be read, or is none, is passed over."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        try:
            report = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            continue
        if isinstance(report, dict) and isinstance(report.get("exit_code"), int):
            yield report
