"""What a site's tags of Liquid give -> those tags in the place of what they give, in the text of a source post."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.markup.titles.markdown import escape_liquid
from crawler.reconstruct.liquid.rule import ADDRESSES, HOLE, TAG, Rule
from crawler.reconstruct.references import References

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Rules:
    """The rules of a site."""

    rules: tuple[Rule, ...] = ()
    #: How links by reference are written.
    references: References = field(default_factory=References)
    #: Lines of the samples, by the lines that come back for them.
    lines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, values: Mapping[str, str], references: References | None = None, lines: Mapping[str, str] | None = None
    ) -> Rules:
        """Rules of what each tag gives."""
        rules = [Rule(tag, gives) for tag, gives in values.items()]
        rules.sort(key=lambda rule: (-len(HOLE.sub("", rule.gives)), rule.tag))
        return cls(tuple(rules), references or References(), lines or {})

    def put(self, text: str, about: Mapping[str, str]) -> str:
        """A text with the tags in place of what they give; what only looks like Liquid is escaped.

        >>> rules = Rules.of({'{% include fig.html src="{1}" %}': '<img src="/img/{1}">'})
        >>> print(rules.put('A <img src="/img/a.png"> {{ b }}', {}))
        A {% include fig.html src="a.png" %} {{ '{{' }} b }}
        """
        parts = [(False, text)]
        for rule in self.rules:
            pattern = rule.pattern(about)
            if pattern is not None:
                parts = [one for part in parts for one in self._split(part, rule, pattern, about)]
        return "".join(one if is_tag else escape_liquid(one) for is_tag, one in parts)

    def _split(
        self, part: tuple[bool, str], rule: Rule, pattern: re.Pattern[str], about: Mapping[str, str]
    ) -> Iterator[tuple[bool, str]]:
        """A part of a text, divided by what a rule gives."""
        is_tag, text = part
        last = 0
        for found in pattern.finditer(text) if not is_tag else ():
            tag = rule.written(found, about)
            if found.end() > found.start() and self._gives(rule, tag):
                yield False, text[last : found.start()]
                yield True, tag
                last = found.end()
        yield is_tag, text[last:]

    def _gives(self, rule: Rule, tag: str) -> bool:
        """Whether the file for a tag gives what the rule says, and not what another rule of that name does."""
        if not rule.include:
            return True
        parameters = Rule(tag, "").parameters
        return next((one for one in self._named(rule.include) if one.fits(parameters)), None) is rule

    def _named(self, name: str) -> Sequence[Rule]:
        """The rules for the includes of a name, those that ask for most first."""
        named = [rule for rule in self.rules if rule.include == name]
        return sorted(named, key=lambda rule: (-len(rule.parameters), len(rule.holes), rule.tag))

    def includes(self) -> dict[str, str]:
        """The files of ``_includes`` by their names, from which Jekyll makes what the rules say."""
        found = {}
        for name in sorted({rule.include for rule in self.rules} - {""}):
            text, opened = "", False
            for rule in self._named(name):
                condition = rule.condition()
                if condition:
                    text += f"{{% {'elsif' if opened else 'if'} {condition} %}}{rule.template()}"
                    opened = True
                else:
                    text += f"{'{% else %}' if opened else ''}{rule.template()}"
                    break
            found[name] = text + ("{% endif %}" if opened else "")
        return found

    def variables(self) -> dict[str, str]:
        """The values of ``_config.yml`` that the rules need, besides the site's address."""
        return {
            name: rule.gives.strip("\n")
            for rule in self.rules
            for scope, name in rule.variables
            if scope == "site" and name not in ADDRESSES and rule.tag == TAG.findall(rule.tag)[0]
        }
