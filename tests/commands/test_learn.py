"""``scrapy learn``: what it prints and writes, what of a person's it leaves alone, and what it says where it cannot."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from crawler.learn.site_toml import toml
from tests.commands.learned import HOUR, OTHER, SAMPLE, TILDES, Learned, crawl
from tests.jekyll_sites.demo import SITE, sources
from tests.read_only import run_read_only
from tests.replica.crawl import scrapy
from tests.replica.forks import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


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
    assert learned.run("learn").stderr == f"nothing new was learned; {learned.toml} stays as it is\n", (
        "what was replaced is no person's any more"
    )


def test_what_can_only_be_read_is_learned_and_printed(learned: Learned) -> None:
    def learn(*arguments: str) -> tuple[int, str, str]:
        done = run_read_only(learned.root, "learn", SITE.name, *arguments, settings={"ARCHIVE_ROOT": str(learned.root)})
        return done.returncode, done.stdout, done.stderr

    before = learned.toml.read_text("utf-8")
    assert learn() == (0, before, f"nothing new was learned; {learned.toml} stays as it is\n")
    learned.edit('zone = "UTC"', 'zone = "Europe/Berlin"')
    assert learn() == (0, before, f"{learned.toml} was edited, and stays as it is; --overwrite replaces it\n")
    code, printed, said = learn("--overwrite")
    assert (code, printed, said.count("\n")) == (2, before, 1)
    assert f"{learned.archive} cannot be written (Read-only file system)" in said


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
        # Hardly a site has tildes throughout, so that those of one sample go for the posts of its time.
        told = found.near.get(f"{name}.md", {})
        assert (found.habits["fenced"], told.get("fence", found.habits["fence"])) == (fenced, fence)


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


def _without_jekyll(learned: Learned, *arguments: str) -> tuple[int, str]:
    words = scrapy("learn", SITE.name, settings={"ARCHIVE_ROOT": str(learned.root)})
    environment = {**os.environ, "PATH": "/nowhere"}
    done = subprocess.run([*words, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_what_jekyll_told_stays_where_it_does_not_start_any_more(learned: Learned) -> None:
    before = learned.toml.read_bytes()
    code, said = _without_jekyll(learned)
    assert code == 0, said
    assert said.startswith("Jekyll does not start here: what it told of kramdown and habits stays; ")
    assert learned.toml.read_bytes() == before
    code, said = _without_jekyll(learned, f"--samples={sources()[SAMPLE]}")
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("samples tell nothing where Jekyll does not start; ")
    assert learned.toml.read_bytes() == before


def test_files_end_as_a_sample_does(learned: Learned) -> None:
    """Nothing of a page tells it: what comes back without a sample ends in ``.md``."""
    given = next(path for path in sources().values() if path.suffix == ".markdown")
    learned.run("learn", "--overwrite", f"--samples={given}")
    learned.run("rebuild")
    (own,) = (entry for entry in learned.index.values() if entry["path"].endswith(given.name))
    assert own["fidelity"] == "exact"
    endings = {entry["path"].rpartition(".")[2] for entry in learned.index.values()}
    assert endings <= {"markdown", "html"}
    assert not list((learned.archive / "_posts").rglob("*.md"))
