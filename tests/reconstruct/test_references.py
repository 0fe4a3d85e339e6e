"""Links by reference, as a sample has them: labels, definitions at the end, addresses in an included file."""

from __future__ import annotations

import pytest

from crawler.reconstruct import Converter, Habits, Rules, give_back, habits_of
from crawler.reconstruct.references import References, ending_of, read, style_of

RELEASE = """\
Version 3 is there for [download][where].  See the [notes][].

Ask [us][Us] or *[the list][list]*.

[notes]: /notes/3/
[us]: https://a.example/us
[where]: /get "Get it"
[list]: /list
"""
ANOTHER = RELEASE.replace("3", "4").replace("Version", "At last, version")
INCLUDED = """\
Thanks to [Ann][] and [Bob B.][bob].

{% include people.md %}
"""
PEOPLE = "[Ann]: https://ann.example/\n[bob]: https://b.example/b\n"
#: A sample, another post, and the file that both include.
KINDS = {
    "collapsed, with labels of the sample": (RELEASE, ANOTHER, ""),
    "shortcut": ("See [one] and [two].\n\n[one]: /1\n[two]: /2\n", "See [three].\n\n[three]: /3\n", ""),
    "numbered": ("See [one][1] and [two][2].\n\n[1]: /1\n[2]: /2\n", "[a][1], [b][2], [c][1].\n\n[1]: /a\n[2]: /b\n", ""),
    "addresses in a file": (INCLUDED, "Again [Ann][].\n\n{% include people.md %}\n", PEOPLE),
    "addresses in a file and of its own": (
        "[Ann][] says [so][].\n\n[so]: /so\n\n{% include people.md %}\n",
        "[No][], says [Ann][].\n\n[No]: /no\n\n{% include people.md %}\n",
        PEOPLE,
    ),
    "labels of addresses, whatever the links' texts": (
        RELEASE,
        RELEASE.replace("[download]", "[Hier]").replace("[notes][]", "[Was neu ist][notes]").replace("/3/", "/4.1/"),
        "",
    ),
    "labels of the same pages in another language": (
        "See the [notes][release notes] and [issue][#7].\n\n[release notes]: /en/notes/1.2/\n[#7]: /issues/7\n",
        "Siehe [dort][release notes] und [dies](/issues/8).\n\n[release notes]: /de/notes/1.3/\n",
        "",
    ),
    "an include that even posts with links do not need": (
        "See [one][first].\n\n[first]: /1\n\n{% include people.md %}\n",
        "No link.\n\n{% include people.md %}\n",
        "",
    ),
    "none in the post": ("See [one][].\n\n[one]: /1\n", "No link.\n", ""),
    "an include that gives nothing": ("Text.\n\n{% include people.md %}\n", "Other.\n\n{% include people.md %}\n", PEOPLE),
    "inline, as most": ("[a](/a) [b](/b) [c][].\n\n[c]: /c\n", "[d](/d)\n", ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_links_are_written_as_in_the_sample(kind: str, converter: Converter) -> None:
    sample, other, people = KINDS[kind]
    contents = converter.convert([text.replace("{% include people.md %}", people) for text in (sample, other)])
    assert contents[0]
    assert contents[1]
    habits, rules = habits_of([sample]), Rules.of({}, read([(sample, contents[0])]))
    assert give_back(contents[1].strip(), converter, habits, {}, rules, {}).text.rstrip() == other.rstrip()
    if habits.links != "inline":
        assert give_back(contents[0].strip(), converter, habits, {}, rules, {}).text.rstrip() == sample.rstrip()
    known = rules.references.files(habits.as_mapping()).get("people.md", "")
    assert {line for line in known.splitlines() if line} <= set(people.splitlines())


def test_a_reference_that_would_change_the_page_is_none(converter: Converter) -> None:
    habits = Habits(links="collapsed", references="\n\n{definitions}\n")
    body = "[a](/a) and \\[a\\]\\[\\] and \\[a\\]\n\n    [a]\n"
    content = (converter.convert([body]) or [""])[0] or ""
    text = give_back(content.strip(), converter, habits, {}, Rules()).text
    assert (converter.convert([text]) or [""])[0].strip() == content.strip()  # type: ignore[union-attr]


def test_two_addresses_of_one_text_are_two_links(converter: Converter) -> None:
    habits = Habits(links="collapsed", references="\n\n{definitions}\n")
    content = '<p><a href="/1">a</a> <a href="/2">a</a> <a href="/1">A</a></p>'
    assert give_back(content, converter, habits, {}, Rules()).text == "[a][] [a](/2) [A][]\n\n[a]: /1\n"


def test_what_is_no_ending_is_none() -> None:
    assert ending_of("[a][]\n\n[a]: /a\n\nMore text\n") == ""
    assert ending_of("Text {% include x.html %} and more.\n") == ""
    assert ending_of("[a][].\n[a]: /a\n") == "\n{definitions}\n"
    assert style_of(["No links, [x] y[0]."]) == ""


def test_a_label_is_known_whatever_its_case_and_blanks(converter: Converter) -> None:
    found = read([("[It][the\nlabel]\n\n[The  Label]: /x\n", '<p><a href="/x">It</a></p>')])
    assert found == References({"It": ("the\nlabel", "The  Label", "/x")}, {})


def test_a_line_of_a_sample_is_spelt_as_there_where_the_page_stays_the_same(converter: Converter) -> None:
    rules = Rules.of({}, None, {"That's all for now, folks.": "That’s all for now, folks.", "Title of it": "__Other title__"})
    text = give_back("<p>It’s so.</p>\n\n<p>That’s all for now, folks.</p>", converter, Habits(), {}, rules).text
    assert text == "It's so.\n\nThat’s all for now, folks.\n"
    assert give_back("<p>Title of it</p>", converter, Habits(), {}, rules).text == "Title of it\n"


def test_labels_that_were_thought_of_are_no_habit_for_other_links(converter: Converter) -> None:
    sample = "[Some text][one] and [more][two].\n\n[one]: /1\n[two]: /2\n"
    contents = converter.convert([sample, "[Some text](/1) and [other](/3)\n"])
    habits, rules = habits_of([sample]), Rules.of({}, read([(sample, contents[0] or "")]))
    assert habits.links == "named"
    text = give_back((contents[1] or "").strip(), converter, habits, {}, rules, {}).text
    assert text == "[Some text][one] and [other](/3)\n\n[one]: /1\n"


def test_addresses_of_another_file_tell_nothing_of_a_posts_own(converter: Converter) -> None:
    sample, people = "[Ann][] and [b](/b).\n\n{% include people.md %}\n", "[Ann]: /ann\n"
    contents = converter.convert([sample.replace("{% include people.md %}", people), "[Ann](/ann) and [c](/c)\n"])
    habits, rules = habits_of([sample]), Rules.of({}, read([(sample, contents[0] or "")]))
    assert habits.links == "inline"
    text = give_back((contents[1] or "").strip(), converter, habits, {}, rules, {}).text
    assert text == "[Ann][] and [c](/c)\n\n{% include people.md %}\n"
