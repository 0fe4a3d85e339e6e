"""What jekyll-redirect-from left in a stranger's site comes back as ``redirect_from``, and a host's own redirects do not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.serving import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.spiders.stranger import Crawled, Stranger

STUB = """<!DOCTYPE html>
<html lang="en-US">
  <meta charset="utf-8">
  <title>Redirecting&hellip;</title>
  <link rel="canonical" href="{0}">
  <script>location="{0}"</script>
  <meta http-equiv="refresh" content="0; url={0}">
  <meta name="robots" content="noindex">
  <h1>Redirecting&hellip;</h1>
  <a href="{0}">Click here if you are not redirected.</a>
</html>
"""


def lead_on(site: Stranger, redirects: Mapping[str, str], *, has_list: bool = True, stubs: bool = True) -> None:
    """Serve what the plugin writes: paths below the home page, each with the path of the page that it leads to."""
    whole = {path: to if "://" in to else f"https://{site.host}{to}" for path, to in redirects.items()}
    if has_list:
        site.put(f"{site.base}redirects.json", json.dumps(whole), "application/json")
    for path, to in whole.items() if stubs else ():
        site.put(f"{site.base}{path.removeprefix('/')}", STUB.format(to))


def link(site: Stranger, *paths: str) -> None:
    """Serve a page that the site's other pages link to, with links to these."""
    links = " ".join(f'<a href="{site.base}{path.removeprefix("/")}">x</a>' for path in paths)
    site.put(f"{site.base}about/", site.page("About", f"<p>Us. {links}</p>"))


def front(shore: Crawled, number: int) -> str:
    """The front matter of a post that came back."""
    path = shore.index[shore.site.path(number)]["path"]
    return (shore.archive / path).read_text("utf-8").split("---\n")[1]


def agrees(shore: Crawled) -> None:
    """The archive is what its captures give: byte for byte."""
    for command in ("rebuild", "verify"):
        done = shore.run(command, "shore", *(["--diff"] if command == "rebuild" else []))
        assert (done.returncode, "@@" in done.stdout) == (0, False), done.stdout + done.stderr


def test_the_plugins_list_tells_of_addresses_that_no_page_links_to(shore: Crawled) -> None:
    site = shore.site
    old = {
        "/old/b.html": site.path(3),
        "/old/a.html": site.path(3),
        "/elsewhere/": "https://other.example/",
        "/x": site.path(5),
    }
    lead_on(site, old | {"/us/": "/about/"})
    report = shore.crawl()
    assert (report["losses"], report["posts"]["new"]) == (0, 8)
    assert "redirect_from:\n  - /old/b.html\n  - /old/a.html\n" in front(shore, 3)
    assert "redirect_from:\n  - /x\n" in front(shore, 5)
    assert all("redirect_from" not in front(shore, number) for number in (0, 1, 2, 4, 6, 7))
    assert {"/old/b.html 200", "/elsewhere/ 200"} <= set(shore.asked)
    assert [one["url"] for one in shore.index[site.path(3)]["captures"]][-1] == f"{site.home}redirects.json"
    text = (shore.archive / "site.toml").read_text("utf-8")
    told = "# 3 addresses in it, to 2 posts; 3 pages captured there, stub pages of these: 3"
    assert f'{told}\nredirect_lists = ["redirects.json"]' in text
    assert "jekyll-redirect-from" in text
    told = shore.run("explain", "shore", f"{site.home}{site.path(3)[1:]}").stdout
    assert "redirect_f" in told
    assert (
        "the list of jekyll-redirect-from" in shore.run("explain", "shore", f"{site.home}{site.path(3)[1:]}", "--json").stdout
    )
    agrees(shore)
    shore.crawl()
    assert len(shore.asked) <= 4


def test_stub_pages_alone_tell_what_is_captured_of_them(shore: Crawled) -> None:
    site = shore.site
    lead_on(site, {"/old/a.html": site.path(3), "/old/hidden.html": site.path(4)}, has_list=False)
    link(site, "/old/a.html")
    shore.crawl()
    assert "redirect_from:\n  - /old/a.html\n" in front(shore, 3)
    assert "redirect_from" not in front(shore, 4)
    text = (shore.archive / "site.toml").read_text("utf-8")
    assert "# 1 stub page of jekyll-redirect-from, to 1 post\n[redirects]" in text
    assert f'"old/a.html" = "{site.path(3)[1:]}"' in text
    agrees(shore)


def test_a_hosts_redirects_and_other_pages_that_lead_on_are_none(shore: Crawled) -> None:
    site = shore.site
    to = f"https://{site.host}{site.path(3)}"
    site.pages["/moved.html"] = Reply(301, headers={"Location": site.path(3), "Content-Type": "text/html"})
    site.put("/slow.html", STUB.format(to).replace("0; url", "5; url"))
    site.put("/alias.html", f'<link rel="canonical" href="{to}"><meta http-equiv="refresh" content="0; url={to}">')
    site.put("/two.html", STUB.format(to).replace(f'location="{to}"', 'location="/other/"'))
    site.put("/loop.html", STUB.format(f"https://{site.host}/loop.html"))
    site.put("/chain.html", STUB.format(f"https://{site.host}/loop.html"))
    site.put("/away.html", STUB.format(f"https://other.example{site.path(3)}"))
    link(site, "/moved.html", "/slow.html", "/alias.html", "/two.html", "/loop.html", "/chain.html", "/away.html")
    report = shore.crawl()
    assert (report["losses"], report["posts"]["new"]) == (0, 8)
    assert all("redirect_from" not in front(shore, number) for number in range(8))


@pytest.mark.parametrize("has_list", [True, False])
def test_what_leads_on_to_a_post_later_makes_it_anew(shore: Crawled, *, has_list: bool) -> None:
    site = shore.site
    shore.crawl()
    lead_on(site, {"/old/a.html": site.path(3)}, has_list=has_list)
    link(site, *([] if has_list else ["/old/a.html"]))
    report = shore.crawl("-a", "sweep=1")
    assert (report["posts"]["changed"], report["losses"]) == (1, 0)
    assert "redirect_from:\n  - /old/a.html\n" in front(shore, 3)
    assert shore.index[site.path(3)]["version"] == 2
    agrees(shore)
    lead_on(site, {"/old/a.html": site.path(3), "/old/b.html": site.path(3)}, has_list=has_list)
    link(site, *([] if has_list else ["/old/a.html", "/old/b.html"]))
    shore.crawl("-a", "sweep=1")
    assert "redirect_from:\n  - /old/a.html\n  - /old/b.html\n" in front(shore, 3)
    agrees(shore)
    shore.crawl()
    assert len(shore.asked) <= 4
    assert all(one.endswith("304") for one in shore.asked)


def test_a_post_whose_page_leads_on_has_no_body_invented(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    site.posts[10] = "<p>New.</p>"
    site.build()
    site.put(site.path(10), STUB.format("https://other.example/"))
    report = shore.crawl()
    assert site.path(10) not in shore.index
    assert (report["losses"], report["layout"]) == (0, [])
    assert [one["code"] for one in report["rejections"]] == ["leads-away"]
    site.put(site.path(3), STUB.format(f"https://{site.host}{site.path(4)}"))
    shore.crawl("-a", "sweep=1")
    assert shore.index[site.path(3)]["title"] == site.title(3)
    agrees(shore)


def test_a_stub_page_that_is_imported_later_makes_its_post_anew(shore: Crawled, tmp_path: Path) -> None:
    site = shore.site
    shore.crawl()
    folder = tmp_path / "_site" / "old"
    folder.mkdir(parents=True)
    (folder / "a.html").write_text(STUB.format(f"https://{site.host}{site.path(3)}"), "utf-8")
    done = shore.run("import", str(folder.parent), "--name", "shore")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "redirect_from:\n  - /old/a.html\n" in front(shore, 3)
    agrees(shore)


def test_a_file_that_was_edited_stays_and_what_it_lacks_is_said(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    path = shore.archive / "site.toml"
    edited = path.read_text("utf-8").replace("site_title = ", "# mine\nsite_title = ")
    path.write_text(edited, "utf-8")
    lead_on(site, {"/old/a.html": site.path(3)}, has_list=False)
    link(site, "/old/a.html")
    report = shore.crawl("-a", "sweep=1")
    assert path.read_text("utf-8") == edited
    assert any(
        "was edited, and stays as it is; it lacks 1 stub page of jekyll-redirect-from" in one for one in report["warnings"]
    )
    path.write_text(edited.replace("[habits]", f'[redirects]\n"old/a.html" = "{site.path(3)[1:]}"\n\n[habits]'), "utf-8")
    assert shore.run("rebuild", "shore").returncode == 0
    assert "redirect_from:\n  - /old/a.html\n" in front(shore, 3)
