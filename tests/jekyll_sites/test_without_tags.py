"""Posts that lack what others have directly before their contents, such as tags, are found, and nothing of it is content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of

if TYPE_CHECKING:
    from pathlib import Path

_LINKS = '{% for tag in page.tags %}<a class="item" href="/tags/#{{ tag }}">{{ tag }}</a>\n{% endfor %}'
#: What stands directly before the contents.
_TAGS = {
    "an empty box": f'<div class="post-tags">\n{_LINKS}</div>',
    "no box": f'{{% if page.tags.size > 0 %}}<div class="post-tags">\n{_LINKS}</div>{{% endif %}}',
}
_OF_POSTS = [["sea"], ["sea", "salt"], ["tide"], ["salt", "tide", "rope"], ["sea"], [], ["C++", "C#"]]
_FEET = {
    "a sentence": '<p class="foot">Written at home.</p>',
    "other posts": '<div class="related">{% if page.previous %}<a href="{{ page.previous.url }}">{{ page.previous.title }}</a>{% endif %}</div>\n'
    '<section class="author"><p>Written at home.</p></section>',
}


def _text(number: int) -> str:
    """A text of which others have nothing: what all contents have once would be taken for the layout's."""
    return "\n\n".join(text_of(one).split("\n")[0] for one in range(number, number + 2 + number % 3))


@pytest.mark.parametrize("feet", _FEET)
@pytest.mark.parametrize("kind", _TAGS)
def test_a_post_without_tags_is_found(tmp_path: Path, kind: str, feet: str) -> None:
    layout = LAYOUT.replace('<div class="text">', _TAGS[kind]).replace(
        '</div>\n<p class="foot">Written at home.</p>', _FEET[feet]
    )
    assert "Written at home." in layout
    files = {
        "_layouts/post.html": layout,
        "tags.html": "---\ntitle: Tags\npermalink: /tags/\n---\n<!DOCTYPE html><html><head><title>Tags | Small</title></head><body>"
        '{% for tag in site.tags %}<h2 id="{{ tag[0] }}">{{ tag[0] }}</h2><ul>{% for post in tag[1] %}<li><a href="{{ post.url }}">{{ post.title }}</a></li>'
        "{% endfor %}</ul>{% endfor %}</body></html>",
    } | {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(
            f"Title {number}", _text(number), **({"tags": f"[{', '.join(map(repr, tags))}]"} if tags else {})
        )
        for number, tags in enumerate(_OF_POSTS)
    }
    back = given_back(tmp_path, files)
    assert len(back.index) == len(_OF_POSTS), back.said
    for number, tags in enumerate(_OF_POSTS):
        path = next(path for path in back.index if path.endswith(f"post-{number}.html"))
        assert set(back.index[path]["tags"]) == set(tags)
        assert back.source(path).partition("---\n")[2].partition("---\n")[2].strip() == _text(number)
