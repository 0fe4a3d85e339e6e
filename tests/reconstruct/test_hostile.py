"""Contents that are made to take long: each costs itself alone, and no more than its length allows."""

from __future__ import annotations

import sys

import pytest

from crawler.reconstruct import Converter, Habits, give_back
from crawler.reconstruct.document import Document
from tests.reconstruct.test_give_back import with_liquid_run

#: Texts of so many repetitions, as pages that nobody wrote have them.
REPEATED = {
    "brackets": "[",
    "stars": "*a",
    "backticks": "`a",
    "pipes": "|a",
    "links": "[a](",
    "mathematics": "\\(",
    "braces": "{::",
    "quotes": "\"'",
    "entities": "&amp;",
    "tags by name": "&lt;a",
    "end tags by name": "&lt;/a&gt;",
    "elements that are none of HTML": "<t>",
    "Liquid in code": '<code class="language-plaintext highlighter-rouge">{{</code>',
    "nested elements": "<em>",
    "nested blocks": "<div>",
    "nested quotes": "<blockquote>",
    "nested lists": "<ul><li>",
    "items": "<ul><li>a</li></ul>",
    "end tags": "</p>",
    "footnotes": '<sup id="fnref:1">',
    "code": '<div class="language-a highlighter-rouge">',
    "tags that do not end": '<a href="',
    "rows": "<table><tr><td>",
}


@pytest.fixture(scope="module")
def limited(converter):
    with Converter({}) as one:
        yield one


@pytest.mark.parametrize("name", REPEATED)
def test_it_comes_back(limited, name):
    content = f"<p>{REPEATED[name] * 400}</p>"
    body = give_back(content, limited, Habits())
    text = with_liquid_run(body.text)
    assert body.proven
    assert (text if body.extension == ".html" else (limited.convert([text])[0] or "").rstrip()) == content


@pytest.mark.parametrize("name", REPEATED)
def test_reading_it_twice_as_long_takes_twice_the_steps(name):
    def steps(times: int) -> int:
        count = 0

        def traced(frame, event, arg):
            nonlocal count
            count += 1
            return traced if frame.f_code.co_filename.endswith(".py") else None

        content = f"<p>{REPEATED[name] * times}</p>"
        before = sys.gettrace()
        sys.settrace(traced)
        try:
            Document(content, Habits(), {}, {}).text()
        finally:
            sys.settrace(before)
        return count

    assert steps(800) < 2.3 * steps(400)


def test_what_is_rendered_for_one_content_is_bounded(converter):
    class Counting(Converter):
        characters = 0

        def convert(self, texts):
            self.characters += sum(map(len, texts))
            return super().convert(texts)

    content = "\n\n".join(f"<p>{'*a_ ' * 40}<em CLASS=x>{number}</em></p>" for number in range(30))
    with Counting({}) as one:
        body = give_back(content, one, Habits())
    assert body.failed is not None
    assert one.characters < 300_000 + 85 * len(content)


def test_a_very_long_paragraph_is_html(converter):
    content = f"<p>{'word ' * 2_000_000}</p>"
    body = give_back(content, converter, Habits())
    assert (body.text, body.extension) == (content, ".html")
    assert body.failed == "The content has 10000007 characters, more than 300000."


def test_a_text_that_ends_the_converter_costs_itself_alone(limited):
    crashes = limited.crashes
    slow = f"<p>{'[' * 50_000}</p>"
    body = give_back(slow, limited, Habits())
    assert (body.text, body.extension) == (slow, ".html")
    assert body.failed == "The converter ended on it: it takes too long, or too much memory."
    assert limited.crashes == crashes + 1
    assert give_back("<p>one</p>", limited, Habits()).text == "one\n"
