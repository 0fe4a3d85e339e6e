"""What a person may do when a site that nobody described was captured for the first time: two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.paths import POSTS, SITE
from crawler.invocation import command
from crawler.reconstruct import available

if TYPE_CHECKING:
    from pathlib import Path


def next_steps(archive: Path, name: str) -> tuple[str, str]:
    """Where posts and what was learned are, and which commands show and prove it."""
    proof = (
        command(f"verify {name} --render")
        if available()
        else f"{command(f'verify {name} --render')} (once Jekyll is installed)"
    )
    return (
        f"the posts: {archive / POSTS}; what was learned: {archive / SITE}",
        f"next: {command(f'learn {name}')} shows what was learned, {proof} has Jekyll prove it",
    )
