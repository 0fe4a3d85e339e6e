"""Tags of Liquid stand where what they give is known: learned from a source and its page, put into other posts, built by Jekyll."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.titles.markdown import escape_liquid
from crawler.reconstruct import Converter, Habits, Rules, give_back
from crawler.reconstruct.liquid.rule import BadRule, Rule, named
from crawler.reconstruct.liquid.tags import Sample, rules_of
from crawler.reconstruct.references import References
from crawler.sites.learned.body import addresses
from crawler.sites.parsed import JekyllSite

if TYPE_CHECKING:
    from collections.abc import Mapping

ABOUT = {"title": "Low water", **named("2020-02-02-low-water"), **addresses("https://a.example/b/")}
FIGURE = (
    '<figure><img src="/b/img/{{ include.file }}" alt="{{ include.alt }}"><figcaption>{{ include.text }}</figcaption></figure>'
)
INCLUDES = {
    "figure.html": FIGURE,
    "picture.html": '<img src="/b/img/{{ page.date | date: "%Y" }}/{{ page.slug }}/{{ include.name }}">',
    "note.md": "**Note:** it is _wet_.\n{: .note}",
    "film.html": '<iframe src="https://films.example/{{ include.id }}?w={{ include.w }}"></iframe>',
    "badge.html": '<a href="/b/{% if include.kind == "new" %}new{% else %}old{% endif %}/">A badge</a>',
    "hidden.html": '{% if include.lazy %}<hr class="lazy">{% endif %}',
}
#: A sample, another post of the same site, and what of Liquid it is given back with.
KINDS = {
    "include of HTML with parameters": (
        'One\n\n{% include figure.html file="a.png" alt="An a" text="This is it." %}\n\nTwo\n',
        'Three\n\n{% include figure.html file="b/c.png" alt="It\'s b" text="And that" %}\n',
    ),
    "include in a line": (
        'See {% include picture.html name="x.png" %} here.\n',
        'And {% include picture.html name="y-z.gif" %}.\n',
    ),
    "include of Markdown": ("One\n\n{% include note.md %}\n\nTwo\n", "Three\n\n{% include note.md %}\n"),
    "include in a list": (
        '* {% include picture.html name="x.png" %}\n* two\n',
        '* one {% include picture.html name="a.png" %}\n',
    ),
    "include over several lines": (
        'A\n\n{% include film.html\n  id="one"\n  w="640" %}\n',
        'B\n\n{% include film.html\n  id="two-x"\n  w="320" %}\n',
    ),
    "the same value twice": (
        '{% include figure.html file="a.png" alt="Sea" text="Sea" %}\n',
        '{% include figure.html file="b.png" alt="Land" text="Land" %}\n',
    ),
    "two includes of one name": (
        '{% include badge.html kind="new" %}\n\n{% include badge.html kind="old" %}\n',
        'Both {% include badge.html kind="old" %} and {% include badge.html kind="new" %}.\n',
    ),
    "address of the site in links": (
        "[a]({{ site.baseurl }}/a/) and ![b]({{ site.baseurl }}/b.png)\n",
        "[c]({{ site.baseurl }}/c/) of [others](https://other.example/)\n",
    ),
    "whole address": ("[a]({{ site.url }}{{ site.baseurl }}/a/)\n", "Go [home]({{ site.url }}{{ site.baseurl }}/).\n"),
    "filter": ('[a]({{ "/a/" | relative_url }})\n', '[c]({{ "/c/d.html" | relative_url }})\n'),
    "filter of whole addresses": ('![a]({{ "/a.png" | absolute_url }})\n', '![c]({{ "/c.png" | absolute_url }})\n'),
    "in HTML": ('<img src="{{ site.baseurl }}/a.png" width="9">\n', '<img src="{{ site.baseurl }}/z.png" width="8">\n'),
    "title of the post": ("This is {{ page.title }}, said he.\n", "Now {{ page.title }}.\n"),
    "value of the site": ("Write to {{ site.harbourmaster }} soon.\n", "Ask {{ site.harbourmaster }}.\n"),
}
CONFIG = {"baseurl": "/b", "url": "https://a.example", "harbourmaster": "Inga Quay", "plugins": [], "permalink": "/:title.html"}


def build(folder: Path, bodies: Mapping[str, str], includes: Mapping[str, str], config: Mapping[str, object]) -> dict[str, str]:
    """What Jekyll makes of bodies, by their names."""
    (folder / "_posts").mkdir(parents=True)
    for name, body in bodies.items():
        (folder / "_posts" / name).write_text(f"---\ntitle: Low water\n---\n{body}", "utf-8")
    JekyllSite("", "", includes=includes).write_includes(folder)
    (folder / "_config.yml").write_text(yaml.safe_dump(dict(config)), "utf-8")
    subprocess.run(["jekyll", "build", "--quiet", "--disable-disk-cache"], cwd=folder, check=True, capture_output=True)
    return {name: (folder / "_site" / f"{Path(name).stem[11:]}.html").read_text("utf-8") for name in bodies}


@pytest.fixture(scope="module")
def built(converter: Converter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The contents of both posts of each kind, by the names of their files."""
    bodies = {
        f"2020-02-02-{which}-{number}.md": body
        for number, pair in enumerate(KINDS.values())
        for which, body in zip(("sample", "other"), pair, strict=True)
    }
    return build(tmp_path_factory.mktemp("built"), bodies, INCLUDES, CONFIG)


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_is_learned_of_a_sample_and_put_into_another_post(
    kind: str, built: dict[str, str], converter: Converter, tmp_path: Path
) -> None:
    number, (sample, other) = list(KINDS).index(kind), KINDS[kind]
    contents = {which: built[f"2020-02-02-{which}-{number}.md"].strip() for which in ("sample", "other")}
    about = {which: ABOUT | named(f"2020-02-02-{which}-{number}") for which in contents}
    rules = Rules.of(rules_of([Sample(sample, contents["sample"], about["sample"])], converter, Habits()))
    back = {which: give_back(contents[which], converter, Habits(), {}, rules, about[which]) for which in contents}
    assert (f"{back['sample'].text.rstrip()}\n", f"{back['other'].text.rstrip()}\n") == (sample, other)
    names = {f"{about[which]['post']}.md": body.text for which, body in back.items()}
    config = {key: CONFIG[key] for key in ("url", "baseurl", "permalink", "plugins")} | rules.variables()
    again = build(tmp_path, names, rules.includes(), config)
    assert {name: text.strip() for name, text in again.items()} == {
        f"{about[which]['post']}.md": content for which, content in contents.items()
    }


NOT_LEARNED = {
    "a text that the sample has without the tag, too": (
        "[a]({{ site.baseurl }}/a) [b](/b/b)\n",
        "[a](/b/a) [b](/b/b)",
    ),
    "an include whose name is made": ("{% include {{ page.x }}.html %}\n", "Some text\n"),
    "an include beside the post": ("{% include_relative x.md %}\n", "Some text\n"),
    "a parameter that is no text": ("{% include x.html a=page.b %}\n", "Some text\n"),
    "a tag that gives nothing": ("One\n\n{% include hidden.html %}\n", "One\n"),
    "a variable that Jekyll makes": ("It is {{ site.time }}.\n", "It is 2020-01-01.\n"),
    "a variable of another post": ("It is {{ page.next.title }}.\n", "It is the next.\n"),
    "a filter": ("It is {{ 'a' | upcase }}.\n", "It is A.\n"),
    "a title that is another": ("It is {{ page.title }}.\n", "It is High water.\n"),
    "a tag of a plug-in": ("{% youtube abc %}\n", '<iframe src="https://films.example/abc"></iframe>\n'),
    "a path that leads out": ("{% include ../../x.html %}\n", "Some text\n"),
    "a short text": ("Version {{ site.v }}\n", "Version 3\n"),
}


@pytest.mark.parametrize("case", NOT_LEARNED)
def test_what_cannot_be_known_is_not_learned(case: str, converter: Converter) -> None:
    body, page = NOT_LEARNED[case]
    content = converter.convert([page])[0]
    assert content is not None
    assert rules_of([Sample(body, content.strip(), ABOUT)], converter, Habits()) == {}


def test_a_parameter_that_no_page_shows_is_not_invented(converter: Converter) -> None:
    body = '{% include p.html src="a.png" alt="Words of one post" size="big" %}\n'
    rules = rules_of([Sample(body, '<p><img src="/i/a.png" width="9" /></p>', ABOUT)], converter, Habits())
    assert list(rules) == ['{% include p.html src="{1}" alt="" size="big" %}']


def test_samples_that_contradict_each_other_tell_nothing(converter: Converter) -> None:
    samples = [Sample("{% include n.html %}\n", f"<p>{text}</p>", ABOUT) for text in ("One thing", "Another")]
    assert rules_of(samples, converter, Habits()) == {}


TEXTS = st.text(st.sampled_from("ab {%}\"'<>/.\n"), max_size=30)


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_what_is_put_gives_the_text_again(text: str, values: list[str]) -> None:
    rules = Rules.of({'{% include x.html a="{1}" %}': "<i>{1}</i>", "{% include x.html %}": "<i/>", "{{ site.word }}": "abab"})
    whole = text.join(f"<i>{value}</i>abab<i/>" for value in values)
    put = rules.put(whole, {})
    given_again = re.sub(r'\{% include x\.html a="([^"]*)" %\}', r"<i>\1</i>", put)
    given_again = given_again.replace("{% include x.html %}", "<i/>").replace("{{ site.word }}", "abab")
    assert given_again == escape_liquid(whole)


def test_it_takes_linear_time() -> None:
    rules = Rules.of({'{% include x.html a="{1}" b="{2}" %}': '<i a="{1}" b="{2}" c="d">'})
    pattern = rules.rules[0].pattern({})
    assert pattern is not None
    assert "(?>" in pattern.pattern  # a hole that was found is not tried otherwise, and none is longer than a bound
    assert pattern.pattern.count("{0,500}") == 2
    assert rules.put('<i a="' * 100_000, {}) == '<i a="' * 100_000


BAD = {
    ("{% youtube x %}", "<b>x</b>"): "this is no tag that can be given back",
    ("no tag", "x"): "this is no tag",
    ("{% include ../x.html %}", "<b>x</b>"): "without ..",
    ('{% include x.html a="{1}" %}', "<b>x</b>"): "nothing tells what {1} stands for",
    ("{% include x.html %}", "<b>{1}</b>"): "no parameter",
    ('{% include x.html a="{title}" %}', "<b>{title}</b>"): "the holes of a tag are numbers",
    ("{% include x.html a='{1}' %}", "<b>{1}</b>"): "between double quotes",
    ('{% include x.html a="{1}" %}', "{1}"): "nothing but holes",
}


@pytest.mark.parametrize(("tag", "gives"), BAD)
def test_a_rule_that_cannot_be_followed_says_why(tag: str, gives: str) -> None:
    with pytest.raises(BadRule, match=re.escape(BAD[tag, gives])):
        Rule(tag, gives).check()


def test_nothing_that_a_page_has_becomes_liquid(converter: Converter) -> None:
    evil = "{% include ../x %}{{ site.time }}"
    rules = Rules.of({'{% include p.html a="{1}" %}': f'<img src="{{1}}" alt="{evil}">'}, References({}, {"in": f"/{evil}"}))
    assert rules.includes() == {
        "p.html": '{% if include.a %}<img src="{{ include.a }}" alt="' + escape_liquid(evil) + '">{% endif %}'
    }
    habits = Habits(links="collapsed", references="\n\n{definitions}\n\n{% include r.md %}\n", html_files=False)
    assert rules.references.files(habits.as_mapping()) == {"r.md": f"[in]: {escape_liquid('/' + evil)}\n"}
    content = f'<p>So {evil} <a href="/{{{{site.time}}}}">x</a></p>'
    text = give_back(content, converter, habits, {}, rules).text
    assert re.findall(r"\{[{%] (?!'\{[{%]' \}\})[^}]*", text) in ([], ["{% include r.md %"])
    assert "[x][]" in text
    assert "[x]: /{{ '{{' }}site.time}}" in text


def test_a_persons_own_include_stays(tmp_path: Path) -> None:
    (tmp_path / "_includes").mkdir()
    (tmp_path / "_includes" / "a.html").write_text("mine", "utf-8")
    JekyllSite("", "", includes={"a.html": "other", "b/c.html": "<b>", "../out.html": "<i>"}).write_includes(tmp_path)
    assert (tmp_path / "_includes" / "a.html").read_text("utf-8") == "mine"
    assert (tmp_path / "_includes" / "b" / "c.html").read_text("utf-8") == "<b>"
    assert not (tmp_path / "out.html").exists()
