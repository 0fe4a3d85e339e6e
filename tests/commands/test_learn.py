"""``scrapy learn``: what it prints and writes, what of a person's it leaves alone, and what it says where it cannot."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from crawler.learn import toml
from tests.jekyll_sites.demo import BUILT, SITE, sources
from tests.jekyll_sites.sites import serve
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

#: Source posts that show other habits than the commonest: code that is indented, and tildes around code.
SAMPLE, TILDES = "2020-06-01-a-parser-in-an-evening", "2021-07-30-json-by-hand"
#: Posts that are no samples: with code whose language is known, and with code of none.
OTHER, HOUR = "2020-02-11-off-by-one", "2020-03-29-the-missing-hour"


@dataclass(frozen=True, slots=True)
class Learned:
    """An archive of a site that was crawled as a stranger's; a test may change it."""

    root: Path

    @property
    def archive(self) -> Path:
        return self.root / SITE.name

    @property
    def toml(self) -> Path:
        return self.archive / "site.toml"

    @property
    def index(self) -> dict[str, dict[str, Any]]:
        entries = map(json.loads, (self.archive / "index.jsonl").read_text("utf-8").splitlines())
        return {entry["id"]: entry for entry in entries}

    def text(self, post: str) -> str:
        return (self.archive / self.index[post]["path"]).read_text("utf-8")

    def edit(self, old: str, new: str) -> str:
        text = self.toml.read_text("utf-8")
        assert text.count(old) == 1
        self.toml.write_text(text.replace(old, new), "utf-8")
        return text.replace(old, new)

    def run(self, command: str, *arguments: str, code: int = 0, site: str = SITE.name) -> subprocess.CompletedProcess[str]:
        done = run(command, *filter(None, [site]), *arguments, settings={"ARCHIVE_ROOT": str(self.root)})
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def refused(self, *arguments: str, site: str = SITE.name) -> str:
        done = self.run("learn", *arguments, code=2, site=site)
        assert (done.stdout, done.stderr.count("\n")) == ("", 1), done.stdout + done.stderr
        return done.stderr


def crawl(root: Path) -> subprocess.CompletedProcess[str]:
    with serve(SITE, BUILT) as server:
        given = ("-a", f"url={SITE.home}", "-a", f"name={SITE.name}")
        return run("crawl", "jekyll", *given, settings=settings_for(server.origins, root))


@pytest.fixture(scope="module")
def once(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("learned")
    done = crawl(root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def learned(once: Path, tmp_path: Path) -> Learned:
    shutil.copytree(once, tmp_path / "root")
    return Learned(tmp_path / "root")


def test_it_prints_what_it_writes_with_the_evidence_above_each_line(learned: Learned) -> None:
    before = learned.toml.read_text("utf-8")
    learned.toml.unlink()
    learned.toml.write_text(before.replace('"/:year/:month/:title.html"', '"date"').partition("\n")[2], "utf-8")
    done = learned.run("learn", "--overwrite")
    assert done.stdout == learned.toml.read_text("utf-8") == before
    assert done.stderr == f"written to {learned.toml}; scrapy rebuild workbench makes the posts by it\n"
    found = toml.read(done.stdout)
    assert (found.home, found.permalink, found.zone) == (SITE.home, "/:year/:month/:title.html", "UTC")
    assert found.evidence["permalink"].startswith("12 of 12 posts")
    assert '\n# 12 of 12 posts (12 by address, 10 by feed)\npermalink = "/:year/:month/:title.html"\n' in done.stdout


def test_to_learn_again_changes_nothing(learned: Learned) -> None:
    before = learned.toml.read_bytes()
    assert learned.run("learn").stdout.encode() == before
    assert learned.toml.read_bytes() == before


def test_what_a_person_edited_stays_and_they_are_told(learned: Learned) -> None:
    edited = learned.edit('zone = "UTC"', 'zone = "Europe/Berlin"')
    done = learned.run("learn")
    assert done.stderr == f"{learned.toml} was edited, and stays as it is; --overwrite replaces it\n"
    assert 'zone = "UTC"' in done.stdout
    assert learned.toml.read_text("utf-8") == edited
    assert "written to" in learned.run("learn", "--overwrite").stderr
    assert 'zone = "UTC"' in learned.toml.read_text("utf-8")
    assert learned.run("learn").stderr == f"{learned.toml} says so already\n", "what was replaced is no person's any more"


def test_posts_are_made_by_what_a_person_wrote(learned: Learned) -> None:
    learned.edit('fence = "`"', 'fence = "~"')
    assert "```diff" in learned.text(OTHER)
    learned.run("rebuild", "--jobs", "1")
    assert "~~~diff" in learned.text(OTHER)
    assert learned.index[OTHER]["fidelity"] == "rendered"


def test_samples_tell_of_habits_and_of_front_matter(learned: Learned, tmp_path: Path) -> None:
    true = sources()[SAMPLE].read_text("utf-8")
    sample = tmp_path / f"{SAMPLE}.md"
    sample.write_text(true.replace("---\ntitle:", "---\nlayout: post\ntitle:", 1), "utf-8")
    learned.run("learn", "--samples", str(sample))
    found = toml.read(learned.toml.read_text("utf-8"))
    assert found.habits["fenced"] is False
    assert found.front_matter.startswith("---\nlayout: post\ntitle:")
    assert found.evidence["habits"] == "from 1 source post"
    assert list(found.samples) == [sample.name]
    assert "\n```\n30 2 *" in learned.text(HOUR)
    learned.run("rebuild", "--jobs", "1")
    assert learned.text(HOUR).startswith("---\nlayout: post\ntitle:")
    assert "\n    30 2 *" in learned.text(HOUR)
    assert learned.text(SAMPLE).endswith(true.rpartition("---\n")[2])
    kept = learned.toml.read_bytes()
    assert learned.run("learn").stdout.encode() == kept, "samples are said once"
    learned.run("rebuild", "--diff", "--jobs", "1")


def test_a_new_sample_is_heeded_instead_of_the_old_one(learned: Learned) -> None:
    for name, fenced, fence in ((SAMPLE, False, "`"), (TILDES, True, "~")):
        learned.run("learn", "--samples", str(sources()[name]))
        found = toml.read(learned.toml.read_text("utf-8"))
        assert list(found.samples) == [f"{name}.md"]
        assert found.evidence["habits"] == "from 1 source post"
        assert (found.habits["fenced"], found.habits["fence"]) == (fenced, fence)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"No front matter.\n", "is no source post: it has no front matter (---, keys, ---)"),
        (b"---\ntitle: \xff\n---\nText\n", "cannot be read: "),
        (None, "cannot be read: "),
    ],
)
def test_a_sample_that_is_no_post_is_told_and_changes_nothing(
    learned: Learned, tmp_path: Path, data: bytes | None, told: str
) -> None:
    sample, before = tmp_path / "2024-01-01-a.md", learned.toml.read_bytes()
    if data is not None:
        sample.write_bytes(data)
    assert f"the sample {sample} {told}" in learned.refused("--samples", f"{sources()[SAMPLE]},{sample}")
    assert learned.toml.read_bytes() == before


def test_a_site_that_is_declared_has_nothing_to_learn(learned: Learned) -> None:
    assert learned.refused(site="finews") == "finews is declared in code, so that there is nothing to learn\n"


def test_a_name_that_no_site_has(learned: Learned) -> None:
    assert learned.refused(site="workbenhc") == "there is no site 'workbenhc'; did you mean workbench?\n"
    assert learned.refused(site="../workbench").startswith("there is no site '../workbench'")
    assert "name one site" in learned.refused(site="")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('zone = "UTC"', 'zone = = "UTC"', "this is no TOML"),
        ('zone = "UTC"', 'zone = "Mars/North"', "Mars/North"),
        ('name = "workbench"', 'name = "other"', "it says name = 'other'"),
    ],
)
def test_a_broken_file_is_told_with_its_line_and_kept(learned: Learned, old: str, new: str, told: str) -> None:
    text = learned.edit(old, new)
    for arguments in ((), ("--overwrite",)):
        said = learned.refused(*arguments)
        assert said.startswith(f"the site workbench cannot be loaded: {learned.toml}: ")
        assert told in said
        assert told not in ("this is no TOML", "Mars/North") or f": line {text[: text.index(new)].count(chr(10)) + 1}: " in said
    assert learned.toml.read_text("utf-8") == text


def test_a_file_that_was_taken_away_is_learned_again_from_the_address(learned: Learned) -> None:
    """As the line on a broken one says; no page has to be new for that, and none of another site is taken for this one's."""
    before = learned.toml.read_bytes()
    learned.toml.unlink()
    given = ("-a", "url=https://other.example/", "-a", f"name={SITE.name}")
    done = learned.run("crawl", *given, site="jekyll", code=2)
    assert "is the archive of another site; choose another name" in done.stderr
    done = crawl(learned.root)
    assert done.returncode == 0, done.stderr
    assert learned.toml.read_bytes() == before


def test_a_failing_post_is_named_once_and_stays(learned: Learned) -> None:
    learned.edit('<div class=\\"e-content\\">', '<div class=\\"nowhere\\">')
    before = learned.index
    for more in (("--diff",), ()):
        done = learned.run("rebuild", "--jobs", "1", *more, code=1)
        lines = done.stderr.splitlines()
        assert len(lines) == len(before) == 12
        assert all(line.endswith("shows what the pages tell; its line and file stay") for line in lines)
        assert done.stdout.count("\n") == 1, "no heading has nothing below it"
        assert "12 could not be rebuilt" in done.stdout
        assert learned.index == before
        assert learned.text(SAMPLE)


def test_verify_says_what_site_toml_does_not_make(learned: Learned) -> None:
    learned.edit('<div class=\\"e-content\\">', '<div class=\\"nowhere\\">')
    for more in ((), ("--sample", "5")):
        done = learned.run("verify", *more, code=1)
        number = more[-1] if more else "12"
        assert done.stdout.startswith(f"site.toml: by it, {number} of {number} pages of posts are none; the first: https://"), (
            done.stdout
        )
        assert "it does not have the one layout in site.toml; scrapy learn workbench shows" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[kramdown]\n", '[kramdown]\nsmart_quotes = "no"\n', 'smart_quotes = "no" is not allowed; write four names'),
        ('"2020/02/off-by-one.html" = "2020-02-11"', '"2020/02/off-by-one.html" = 5', 'write a day, like "2024-05-11"'),
        ('bullet = "*"', 'bullet = "#"', 'bullet = "#" is not allowed; write one of "*", "-", "+"'),
    ],
)
def test_a_wrong_value_is_told_before_any_work(learned: Learned, old: str, new: str, told: str) -> None:
    text = learned.edit(old, new)
    line = text[: text.index(new)].count("\n") + new.count("\n")
    for command in ("rebuild", "verify", "learn", "status", "crawl"):
        done = learned.run(command, code=2)
        assert done.stderr.count("\n") == 1, done.stderr
        assert f"{learned.toml}: line {line + ('[kramdown]' not in new)}: " in done.stderr
        assert told in done.stderr
