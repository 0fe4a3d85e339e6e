"""The field ``group`` of rows: posts that tell the same story, by the signatures of their texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.text.near import Signature


class NoStories:
    """For formats without ``group``: no text has to be read, and no extra has to be installed."""

    def is_known(self, sha256: str) -> bool:
        """Whether the text of this source post need not be read for its signature."""
        return True

    def group(self, entry: dict[str, Any], found: Signature | None) -> dict[str, str]:
        """The field ``group`` of a post, by its signature that was just made (``found``) or was stored before."""
        return {}

    def close(self) -> None:
        """Store the new signatures."""


class Stories(NoStories):
    """Posts that tell the same story, by the signatures of their texts."""

    def __init__(self, archive: Path) -> None:
        from crawler.text.near import Groups  # noqa: PLC0415 - an extra has what it takes
        from crawler.text.signatures import Signatures  # noqa: PLC0415

        self._groups = Groups()
        self._known = Signatures(archive)

    def is_known(self, sha256: str) -> bool:
        """Whether its signature was stored before."""
        return self._known.get(sha256) is not None

    def group(self, entry: dict[str, Any], found: Signature | None) -> dict[str, str]:
        """The field ``group`` of a post, whose new signature is stored."""
        if found is not None:
            self._known.add(entry["sha256"], found)
        seen, signed = datetime.fromisoformat(entry["first_seen"]), found or self._known.get(entry["sha256"])
        return {"group": self._groups.group(entry["id"], seen, signed or ())}

    def close(self) -> None:
        """Store the new signatures."""
        self._known.close()
