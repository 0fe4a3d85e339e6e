"""A site of bodies that were given back, built by the real Jekyll: Liquid, Markdown and HTML files all give their pages again."""

from __future__ import annotations

import os
import subprocess

import yaml

from crawler.reconstruct import Converter, Habits, give_back
from tests.reconstruct.constructs import ANOTHER_SPELLING, THE_SAME

CODE = ("{% highlight ruby linenos %}\n", "puts '<b>'\n", "{% endhighlight %}")


def test_jekyll_builds_the_same_pages(converter, tmp_path):
    kramdown = {"hard_wrap": True, "syntax_highlighter_opts": {"block": {"line_numbers": True}}}
    with Converter(kramdown) as one:
        contents = [content for content in one.convert([*THE_SAME.values(), *ANOTHER_SPELLING.values()]) if content]
        contents.append(f"<p>One</p>\n\n{one.highlight([CODE])[0]}\n")
        made = one.highlight([CODE])[0]
        contents += [f"<p>One</p>\n\n{made}\n<p>{next_to_it}</p>\n" for next_to_it in ("two", "<br />")]
        contents += [f"<blockquote>\n  <p>One</p>\n\n</blockquote>\n{made}\n", f"{made}\n"]
        contents.append("<p>{{ site.time }} {% include none.html %} {% raw %}</p>\n")
        contents.append('<P>no <font color=red>Markdown</FONT> {{ "made" }} this\n')
        contents.append('<p><a href="/p1.html">A post</a></p>\n')
        posts = tmp_path / "_posts"
        posts.mkdir()
        for number, content in enumerate(contents):
            body = give_back(content, one, Habits(post_url="{post}"), {"/p1.html": "2020-01-01-p1"})
            assert body.proven
            (posts / f"2020-01-01-p{number}{body.extension}").write_text(f"---\n---\n{body.text}", encoding="utf-8")
    config = {"kramdown": kramdown, "permalink": "/:title.html", "plugins": []}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    environment = {**os.environ, "JEKYLL_NO_BUNDLER_REQUIRE": "1", "LANG": "C.UTF-8"}
    subprocess.run(
        ["jekyll", "build", "--quiet", "--disable-disk-cache"], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    for number, content in enumerate(contents):
        built = (tmp_path / "_site" / f"p{number}.html").read_text(encoding="utf-8")
        assert built.strip() == content.strip()
    assert "{% post_url 2020-01-01-p1 %}" in (posts / f"2020-01-01-p{len(contents) - 1}.md").read_text(encoding="utf-8")
