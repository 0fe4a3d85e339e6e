"""Links to other posts that all have the form that ``post_url`` gives: they come back as that tag, and all that shows it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import INDEX, Back, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = [f"2023-{number // 9 + 1:02}-1{number % 9}-stop-{number}" for number in range(13)]


def _body(number: int, link: str) -> str:
    return f"{text_of(number)}\n\nMore of it is in [stop {(number + 1) % 13}]({link}), which is no {number}."


def _files(forms: dict[int, str]) -> dict[str, str]:
    """Posts of which each but the last two links to the next by ``post_url``, or by one of the forms, by their numbers."""
    tag = "{{% post_url {post} %}}#shore"
    links = [forms.get(number, tag).format(post=_NAMES[number + 1], slug=_NAMES[number + 1][11:]) for number in range(11)]
    bodies = [*(_body(number, link) for number, link in enumerate(links)), text_of(11), text_of(12)]
    return {f"_posts/{name}.md": post(f"Stop {number}", bodies[number]) for number, name in enumerate(_NAMES)}


def _tags(back: Back) -> int:
    return sum("{% post_url " in back.source(path) for path in back.index)


def _run(back: Back, *arguments: str) -> str:
    done = run(*arguments, settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def back(tmp_path_factory):
    return given_back(tmp_path_factory.mktemp("posts"), _files({}), "permalink: pretty\n")


def test_links_come_back_as_the_tag_and_are_said_to_be_assumed(back):
    sources = {path.strip("/").rpartition("/")[2]: back.source(path) for path in back.index}
    assert [
        sources[f"stop-{number}"].endswith(f"\n{_body(number, f'{{% post_url {_NAMES[number + 1]} %}}#shore')}\n")
        for number in range(11)
    ] == [True] * 11
    assumed = {entry["title"]: "body.post_url" in entry["assumed"] for entry in back.index.values()}
    assert assumed == {f"Stop {number}": number < 11 for number in range(13)}
    assert {entry["fidelity"] for entry in back.index.values()} == {"rendered"}
    told = (back.folder / "site.toml").read_text("utf-8")
    line = "# 11 of 11 links to other posts, in 11 of 13 posts, have the very form that post_url gives: most such sites have"
    assert f"{line} typed it, and no source post tells\npost_url_likely = true\n" in told
    found = json.loads(_run(back, "explain", "small", "2023-01-10-stop-0", "--json"))["found"]
    assert "body.post_url" in [one["assumed"] for one in found if one["part"] == "body"]


def test_it_is_proven_and_can_be_turned_off(back, tmp_path: Path):
    _run(back, "verify", "small", "--render")
    told = (back.folder / "site.toml").read_text("utf-8")
    (back.folder / "site.toml").write_text(told.replace("post_url_likely = true", "post_url_likely = false"), "utf-8")
    _run(back, "rebuild", "small")
    lines = (back.folder / "index.jsonl").read_text("utf-8").splitlines()
    assert not any("body.post_url" in json.loads(line)["assumed"] for line in lines)
    assert not any("{% post_url" in path.read_text("utf-8") for path in (back.folder / "_posts").rglob("*.md"))
    # A sample with an address in it tells that they are none.
    sample = tmp_path / f"{_NAMES[0]}.md"
    sample.write_text(post("Stop 0", _body(0, "/2023/01/11/stop-1/#shore")), "utf-8")
    _run(back, "learn", "small", "--overwrite", "--samples", str(sample))
    assert "post_url_likely = false\n" in (back.folder / "site.toml").read_text("utf-8")


@pytest.mark.parametrize(
    "form",
    [
        "https://small.example/2023/01/11/{slug}/",
        '{{% post_url {post} %}}) or <a class="wide red" href="/2023/01/11/{slug}">here</a> (so',
        "/2023/02/20/{slug}/",
        "../../../01/11/{slug}/",
    ],
)
def test_one_link_of_ten_in_another_form_tells_that_they_were_typed(tmp_path: Path, form):
    back = given_back(tmp_path, _files({0: form}), "permalink: pretty\n")
    assert len(back.index) == 13
    assert _tags(back) == 0


def test_a_base_path_comes_back_as_the_variable_and_is_said_to_be_assumed(tmp_path: Path):
    """Most sites with a base path have it; what is below no base path stays an address."""
    bodies = [
        f"{text_of(number)}\n\nA ![Pier {number}]({{{{ site.baseurl }}}}/img/{number}.png) is no [isle](/notesome/{number}).\n\n"
        f"{text_of(number + 6)}"
        for number in range(5)
    ]
    files = {f"_posts/{name}.md": post(f"Stop {number}", bodies[number]) for number, name in enumerate(_NAMES[:5])}
    index = INDEX.replace("{{ post.url }}", "{{ site.baseurl }}{{ post.url }}")
    back = given_back(tmp_path, {"index.html": index, **files}, "baseurl: /notes\n", home="https://small.example/notes/")
    assert sorted(back.source(path).partition("---\n")[2].partition("---\n")[2].strip("\n") for path in back.index) == sorted(
        bodies
    )
    assert all("body.baseurl" in entry["assumed"] for entry in back.index.values())
    assert '"]({{ site.baseurl }}/" = "](/notes/"' in (back.folder / "site.toml").read_text("utf-8")
    _run(back, "verify", "small", "--render")
