"""Pages that were built for another address than they are served from: by ``jekyll serve``, say, or before a site moved."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from crawler.learn.learn import learn
from crawler.sites.learned.site import LearnedSite
from tests.jekyll_sites.small import HOME, INDEX, LAYOUT, given_back, post, text_of
from tests.learn.made import site
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_SERVE = "http://localhost:4000"
_DAYS = [f"2023-0{number}-11" for number in range(1, 6)]


@pytest.mark.parametrize("base", ["", "/notes"])
def test_a_folder_that_jekyll_serve_built_comes_back(tmp_path: Path, base: str) -> None:
    files = {
        f"_posts/{day}-tide-{number}.md": post(
            f"Tide {number}", f"{text_of(number)}\n\nSee [the first]({_SERVE}{base}/tide-0/).", image=f"/img/{number}.png"
        )
        for number, day in enumerate(_DAYS)
    }
    files |= {
        "_layouts/post.html": LAYOUT.replace("</head>", "{% seo %}</head>"),
        "index.html": INDEX.replace("{{ post.url }}", "{{ post.url | absolute_url }}").replace("</head>", "{% seo %}</head>"),
    }
    config = f"url: {_SERVE}\nbaseurl: '{base}'\npermalink: /:title/\nplugins: [jekyll-seo-tag, jekyll-feed]\n"
    given_back(tmp_path, files, config, home=f"{HOME.rstrip('/')}{base}/")
    archives = tmp_path / "imported"
    done = run(
        *("import", str(tmp_path / "built"), "--name", "blog", "--url", f"{HOME.rstrip('/')}{base}/"),
        settings={"ARCHIVE_ROOT": str(archives)},
    )
    assert done.returncode == 0, done.stderr
    for name, source in files.items():
        if name.startswith("_posts"):
            (path,) = (archives / "blog" / "_posts").rglob(name.rpartition("/")[2])
            front, body = path.read_text("utf-8").split("---\n", 2)[1:]
            assert body.strip() == source.split("---\n", 2)[2].strip()
            assert f"image: /img/{name[-4]}.png\n" in front
    learned = tomllib.loads((archives / "blog" / "site.toml").read_text("utf-8"))
    assert learned["built_for"] == _SERVE
    shown = run("verify", "blog", "--render", settings={"ARCHIVE_ROOT": str(archives)})
    assert shown.returncode == 0, shown.stdout + shown.stderr


@pytest.mark.parametrize("kind", ["canonical", "og:url"])
def test_links_to_the_old_host_are_the_sites_own_and_it_is_never_asked(kind: str) -> None:
    made = site(permalink="{slug}/", feed="", count=12)
    head = {"canonical": '<link rel="canonical" href="{}">', "og:url": '<meta property="og:url" content="{}">'}[kind]
    for number, answer in enumerate(made.answers):
        named = head.format(answer.url.replace("https://blog.example", "https://old.example")).encode()
        made.answers[number] = answer._replace(body=answer.body.replace(b"</head>", named + b"</head>"))
    learned = learn("blog", made.home, made.answers)
    built = LearnedSite.of(learned)
    assert learned.built_for == "https://old.example"
    assert built.canonical(f"https://old.example/{made.posts[0].path}") == made.url(made.posts[0].path)
    assert built.hosts == ("blog.example",)


@pytest.mark.parametrize("named", ["https://www.blog.example/{}", "https://elsewhere.example/other/{}", "{}"])
def test_other_addresses_that_heads_name_tell_nothing(named: str) -> None:
    made = site(permalink="{slug}/", feed="", count=12)
    for number, answer in enumerate(made.answers):
        told = f'<link rel="canonical" href="{named.format(answer.url.removeprefix(made.home))}"></head>'.encode()
        made.answers[number] = answer._replace(body=answer.body.replace(b"</head>", told))
    assert learn("blog", made.home, made.answers).built_for == ""
