"""The names of months in other languages than English, as layouts write them into dates."""

from __future__ import annotations

import re

#: From January to December: German, French, Spanish, Portuguese, Italian, Dutch, Scandinavian, Polish, Russian, Turkish.
_NAMES = (
    "januar jänner janvier janv enero ene janeiro gennaio gen januari stycznia января ocak",
    "februar februari février févr febrero fevereiro fev febbraio lutego февраля şubat",
    "märz mrz mär mars marzo março maart mrt marts marca марта mart",
    "april avril avr abril abr aprile kwietnia апреля nisan",
    "mai mayo maio maggio mag mei maj maja мая mayıs",
    "juni juin junio junho giugno giu czerwca июня haziran",
    "juli juillet juil julio julho luglio lug lipca июля temmuz",
    "august août agosto ago augustus augusti sierpnia августа ağustos",
    "september septembre septiembre setiembre sept setembro set settembre wrzesień września сентября eylül",
    "oktober octobre octubre outubro out ottobre ott okt października октября ekim",
    "november novembre noviembre novembro listopada ноября kasım",
    "dezember décembre déc diciembre dic dezembro dez dicembre desember grudnia декабря aralık",
)
_NUMBERS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:\.|er|º|°)? (?:de )?(?P<month>[^\W\d_]{3,12})\.?,? (?:de )?(?P<year>\d{4})(?: г\.)?(?!\d)"
)
_IN_NUMBERS = re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})(?!\d)")


def in_numbers(text: str) -> str:
    """A time that begins with a day in another language, in the form of English ones; any other text as it is.

    >>> in_numbers("5. März 2020, 08:15"), in_numbers("1er mai 2020"), in_numbers("5 de enero de 2020")
    ('2020/3/5, 08:15', '2020/5/1', '2020/1/5')
    >>> in_numbers("May 5, 2020"), in_numbers("5 Mares 2020")
    ('May 5, 2020', '5 Mares 2020')
    """
    found = _IN_WORDS.match(text) or _IN_NUMBERS.match(text)
    if found is None:
        return text
    month = found["month"] if found["month"].isdigit() else _NUMBERS.get(found["month"].lower())
    return f"{found['year']}/{month}/{found['day']}{text[found.end() :]}" if month else text
