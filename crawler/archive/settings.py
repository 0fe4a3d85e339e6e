"""The settings of a run, as what lies below Scrapy reads them."""

from __future__ import annotations

from typing import Any, Protocol


class Settings(Protocol):
    """Scrapy's :class:`~scrapy.settings.BaseSettings`, as far as it is needed."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a setting, ``None`` if it has none."""

    def get(self, name: str, /) -> Any:
        """The same."""

    def getbool(self, name: str, /) -> bool:
        """A setting that is on or off."""

    def getint(self, name: str, /) -> int:
        """A setting that is a whole number."""

    def getfloat(self, name: str, /) -> float:
        """A setting that is a number."""

    def getpriority(self, name: str, /) -> int | None:
        """How much what set it counts, ``None`` if nothing did."""

    def copy_to_dict(self) -> dict[str, Any]:
        """All of them, as plain values."""

    def getlist(self, name: str, /) -> list[Any]:
        """A setting of several values."""
