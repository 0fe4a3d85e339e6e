"""The settings of a run, for modules that do not import Scrapy."""

from __future__ import annotations

from typing import Any, Protocol


class Settings(Protocol):
    """The methods of Scrapy's :class:`~scrapy.settings.BaseSettings` that are needed."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a setting, ``None`` if it has none."""

    def get(self, name: str, /) -> Any:
        """The value of a setting, ``None`` if it has none."""

    def getbool(self, name: str, /) -> bool:
        """A setting that is on or off."""

    def getint(self, name: str, /) -> int:
        """A setting that is a whole number."""

    def getfloat(self, name: str, /) -> float:
        """A setting that is a number."""

    def getpriority(self, name: str, /) -> int | None:
        """The priority with which a setting was set, ``None`` if it was not set."""

    def copy_to_dict(self) -> dict[str, Any]:
        """All settings, as plain values."""

    def getlist(self, name: str, /) -> list[Any]:
        """A setting of several values."""
