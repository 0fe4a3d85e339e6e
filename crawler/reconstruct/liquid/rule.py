"""A rule that says what a tag of Liquid gives.

A rule is two texts with holes: ``{% include image.html file="{1}" %}`` gives ``<img src="/img/{post}/{1}">``. A number stands
for any text in one line, a name for what the post has: ``{title}``, ``{post}`` (the name of its file), ``{slug}``, ``{year}``.
Jekyll makes of a text with such tags the text without them, by the files and values that
:class:`crawler.reconstruct.liquid.rules.Rules` has for them: nothing has to be rendered to know that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from crawler.markup.titles.markdown import escape_liquid

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The longest text that a hole stands for.
_LONGEST = 500
#: The day at the start of a file's name.
_DAY = len("2020-01-01-")
HOLE = re.compile(r"(?<!\{)\{(\w{1,40})\}(?!\})")
_INCLUDE = re.compile(r"\{% *include +(?P<name>[\w./-]+)(?P<parameters>(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'))*)\s*%\}")
_PARAMETER = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|'([^']*)')")
#: A variable, with or without what Jekyll makes an address of; and what of it may be a value of the configuration.
_VARIABLE = re.compile(
    r"\{\{ *(?:(?P<scope>site|page)\.(?P<name>\w+)|\"\{1\}\" *\| *(?P<filter>relative_url|absolute_url)) *\}\}"
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
#: What such a variable gives is the site's address, which is known; others of these names are Jekyll's own.
ADDRESSES = ("url", "baseurl")
_JEKYLLS = frozenset(
    name.decode()
    for name in b"cache_dir categories collections collections_dir config data defaults destination documents drafts encoding "
    b"excerpt_separator exclude future gems html_files html_pages include includes_dir keep_files kramdown layouts "
    b"layouts_dir limit_posts liquid lsi markdown markdown_ext pages permalink plugins plugins_dir posts related_posts "
    b"safe sass show_drafts source static_files strict_front_matter tags theme time timezone unpublished webrick".split()
)


class BadRule(ValueError):
    """One line: what is wrong with a rule."""


@dataclass(frozen=True)
class Rule:
    """What a tag, maybe with text around it, gives."""

    tag: str
    gives: str

    @cached_property
    def include(self) -> str:
        """The name of the file that it includes, if it includes any."""
        found = _INCLUDE.fullmatch(self.tag)
        return found["name"] if found else ""

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of an include."""
        found = _INCLUDE.fullmatch(self.tag)
        return {name: one or other for name, one, other in _PARAMETER.findall(found["parameters"])} if found else {}

    @cached_property
    def variables(self) -> list[tuple[str, str]]:
        """The variables that it has, each with its scope; a filter of addresses has no scope."""
        return [(found["scope"] or "", found["name"] or found["filter"]) for found in _VARIABLE.finditer(self.tag)]

    @cached_property
    def holes(self) -> list[str]:
        """The holes of the tag."""
        return HOLE.findall(self.tag)

    def check(self) -> None:
        """Do nothing if it is a rule that can be followed.

        :raises BadRule: if it is none.
        """
        if not self.include:
            tags = TAG.findall(self.tag)
            if not tags or len(tags) != len(self.variables):
                raise BadRule('this is no tag that can be given back; write it like {% include image.html file="{1}" %}')
        elif {"..", ""} & set(self.include.split("/")):
            raise BadRule("an include lies in the folder _includes; write its name without .. and without a slash at its start")
        if not all(hole.isdigit() for hole in self.holes) or re.search(r"'\{\d+\}'", self.tag):
            raise BadRule("the holes of a tag are numbers, and stand between double quotes; names are for what it gives")
        unknown = set(self.holes) - set(HOLE.findall(self.gives))
        if unknown:
            raise BadRule(f"nothing tells what {{{min(unknown)}}} stands for: what the tag gives does not have it")
        if self.include and not set(filter(str.isdigit, HOLE.findall(self.gives))) <= set(self._names):
            raise BadRule("a number in what the tag gives is no parameter of it")
        if not HOLE.sub("", self.gives).strip() and not self.variables:
            raise BadRule("what the tag gives is nothing but holes, so that it could stand anywhere")

    @cached_property
    def _names(self) -> dict[str, str]:
        """The parameters of the holes."""
        return {value[1:-1]: name for name, value in reversed(self.parameters.items()) if HOLE.fullmatch(value)}

    def pattern(self, about: Mapping[str, str]) -> re.Pattern[str] | None:
        """Finds what it gives in a post; ``None`` where the post does not have what it needs. It takes linear time."""
        parts = HOLE.split(self.gives)
        text, seen = re.escape(parts[0]), set[str]()
        if not self.include and parts[0][:1].isalnum():
            text = rf"(?<!\w){text}"
        for hole, literal in zip(parts[1::2], parts[2::2], strict=True):
            if not hole.isdigit():
                if not about.get(hole):
                    return None
                text += re.escape(about[hole]) + re.escape(literal)
            elif hole in seen:
                text += rf"(?P=n{hole}){re.escape(literal)}"
            elif literal:
                text += rf"(?>(?P<n{hole}>[^\"<>{{}}%\\\\\n]{{0,{_LONGEST}}}?){re.escape(literal)})"
            else:
                text += rf"(?P<n{hole}>[^\"<>{{}}%\\\\\s()]{{0,{_LONGEST}}}+)"
            seen.add(hole)
        if not self.include and (parts[-1] or about.get((parts[-2:-1] or [""])[0], ""))[-1:].isalnum():
            text += r"(?!\w)"
        return re.compile(text)

    def written(self, found: re.Match[str], about: Mapping[str, str]) -> str:
        """The tag for what was found."""
        groups = found.groupdict()
        return HOLE.sub(lambda hole: str(groups.get(f"n{hole[1]}", about.get(hole[1], hole[0]))), self.tag)

    def fits(self, parameters: Mapping[str, str]) -> bool:
        """Whether an include of these parameters gives what this rule says."""
        return all(
            name in parameters and (HOLE.fullmatch(value) or parameters[name] == value)
            for name, value in self.parameters.items()
        )

    def condition(self) -> str:
        """In Liquid, whether it fits."""
        return " and ".join(
            f"include.{name}" if HOLE.fullmatch(value) else f"include.{name} == {_quoted(value)}"
            for name, value in self.parameters.items()
        )

    def template(self) -> str:
        """In Liquid, what it gives."""
        parts = HOLE.split(self.gives)
        text = escape_liquid(parts[0])
        for hole, literal in zip(parts[1::2], parts[2::2], strict=True):
            text += _PAGES.get(hole) or f"{{{{ {f'include.{self._names[hole]}' if hole.isdigit() else f'page.{hole}'} }}}}"
            text += escape_liquid(literal)
        return text


_NAME = 'page.path | split: "/" | last | split: ".html" | first | split: ".md" | first | split: ".markdown" | first'
_PAGES = {
    "post": f"{{{{ {_NAME} }}}}",
    "slug": f"{{{{ {_NAME} | slice: {_DAY}, {_LONGEST} }}}}",
    "year": f"{{{{ {_NAME} | slice: 0, 4 }}}}",
}


def named(name: str) -> dict[str, str]:
    """What the name of a post's file, without extension, gives the holes of rules.

    >>> named("2020-02-28-low-water")
    {'post': '2020-02-28-low-water', 'slug': 'low-water', 'year': '2020'}
    """
    return {"post": name, "slug": name[_DAY:], "year": name[:4]}


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def is_own(name: str) -> bool:
    """Whether a variable of this name is the site's own, and none that Jekyll makes or is told by."""
    return name not in _JEKYLLS and name not in ADDRESSES
