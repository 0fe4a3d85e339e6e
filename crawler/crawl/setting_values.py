"""Checks settings before a run: a value that makes no sense, or a misspelt name, is an error of one line."""

from __future__ import annotations

import difflib
import logging
import math
import re
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.misc import load_object

from crawler import settings as ours
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

#: With 0 of these, a run would wait for ever.
_AT_LEAST_ONE = (
    "CONCURRENT_REQUESTS",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "CONCURRENT_ITEMS",
    "CAPTURE_FILE_SIZE",
    "WAYBACK_CDX_REQUESTS",
    "EXPLORE_PAGES",
    "EXPLORE_DEPTH",
    "EXPLORE_EMPTY",
    "EXPLORE_REPEATS",
    "ASSET_MAXSIZE",
)
#: A name less similar to every known one than this is not a misspelling, but a setting of a plugin, say.
_ALIKE = 0.85
#: Scrapy reads these, but declares no default; their names are similar to others.
_WITHOUT_DEFAULT = ("CONCURRENT_REQUESTS_PER_IP",)
#: The priority that Scrapy gives to project settings; ``-s`` has a higher one.
_PROJECT = 20
#: The dotted path of a class.
_DOTTED = re.compile(r"\w+(\.\w+)+", re.ASCII)


def check(settings: BaseSettings) -> None:
    """Read every setting as the run will read it.

    :raises CannotRun: for the first invalid one; the text names it and what it takes.
    """
    for name in sorted(name for name in settings if isinstance(name, str)):
        _check_name(name, settings)
        default = getattr(ours, name, getattr(default_settings, name, None))
        if settings[name] is not None and settings[name] != default:
            _check_value(name, default, settings)
    _check_log(settings)


def _check_name(name: str, settings: BaseSettings) -> None:
    if not name.isupper() or (settings.getpriority(name) or 0) <= _PROJECT or name in known_names():
        return
    near = difflib.get_close_matches(name, known_names(), 1, _ALIKE)
    if near:
        raise CannotRun(f"there is no setting {name}; did you mean {near[0]}?")


def known_names() -> set[str]:
    """The names of the settings that Scrapy or this project declares."""
    return {name for module in (ours, default_settings) for name in vars(module) if name.isupper()} | set(_WITHOUT_DEFAULT)


def _check_value(name: str, default: object, settings: BaseSettings) -> None:
    value = settings[name]
    may_be_empty = getattr(default_settings, name, None) is None
    if _is_path(default) and not _is_loaded(value) and not (may_be_empty and value == ""):
        raise CannotRun(f"{name}={value!r} has no meaning; it takes the path of a class, like {default}")
    if name == "SPIDER_MODULES":
        _check_modules(settings.getlist(name))
    takes, read = _reader(default, settings)
    try:
        found = read(name)
    except (ValueError, TypeError):
        raise CannotRun(f"{name}={value!r} has no meaning; it takes {takes}") from None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return
    if not math.isfinite(found) or (found < 0 and not _may_be_negative(name, default)):
        raise CannotRun(f"{name}={value!r} has no meaning; it takes {takes}, 0 or more")
    if name in _AT_LEAST_ONE and found < 1:
        raise CannotRun(f"{name}={value!r} would let nothing happen; it takes {takes}, 1 or more")


def _is_path(default: object) -> bool:
    """Whether a setting takes the dotted path of a class, as its default shows."""
    return isinstance(default, str) and _DOTTED.fullmatch(default) is not None and _is_loaded(default)


def _is_loaded(path: object) -> bool:
    """Whether Scrapy could load a class from this path."""
    try:
        return not isinstance(load_object(path), ModuleType)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - a stranger's module may raise anything when it is imported
        return False


def _check_modules(names: list[str]) -> None:
    for name in names:
        try:
            found = find_spec(name)
        except (ImportError, ValueError, AttributeError):
            found = None
        if found is None:
            raise CannotRun(f"SPIDER_MODULES: there is no module {name!r}; it takes modules with spiders, like crawler.spiders")


def _may_be_negative(name: str, default: object) -> bool:
    """Whether a setting is a priority, or negative by default; all other numbers count or measure something."""
    return "PRIORITY" in name or (isinstance(default, int | float) and default < 0)


def _reader(default: object, settings: BaseSettings) -> tuple[str, Callable[[str], Any]]:
    """What a setting takes, in words, and the function that reads it, by the type of its default."""
    readers: dict[type, tuple[str, Callable[[str], Any]]] = {
        bool: ("1 or 0", settings.getbool),
        int: ("a whole number", settings.getint),
        float: ("a number", settings.getfloat),
        dict: ("a JSON object", settings.getdict),
        list: ("values separated by commas", settings.getlist),
    }
    return readers.get(type(default), ("text", settings.get))


def _check_log(settings: BaseSettings) -> None:
    level = settings.get("LOG_LEVEL")
    levels = logging.getLevelNamesMapping()
    if isinstance(level, str) and level not in levels:
        raise CannotRun(
            f"LOG_LEVEL={level!r} is no log level; it takes {', '.join(name for name in levels if name != 'NOTSET')}"
        )
    path = settings.get("LOG_FILE")
    if path and settings.getbool("LOG_ENABLED"):
        try:
            with open(path, "a"):  # noqa: PTH123 - as Scrapy opens it, which may be given any path
                pass
        except OSError as error:
            raise CannotRun(f"the log file {path} cannot be written: {error.strerror}; name another with --logfile") from None
