"""Follows an archive into a vector index: python docs/examples/follow_vectors.py SITE FOLDER [ARCHIVE_ROOT]; asks it with --ask TEXT.

The embedding model comes with the package wordllama, the index is one file of usearch. pip install wordllama usearch
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import wordllama
from usearch.index import Index

from crawler.sites.declared import load
from crawler.text.reading import read

MODEL = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def main(site: str, folder: str, root: str = "output") -> None:
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    state = json.loads((place / "state.json").read_text("utf-8")) if (place / "state.json").exists() else {}
    keys, token, last = state.get("keys", {}), state.get("token", "0"), state.get("last", 0)
    index = Index(ndim=256, metric="cos")
    if keys:
        index.load(place / f"{state['file']}.usearch")
    command = [sys.executable, "-m", "scrapy", "changes", "-s", f"ARCHIVE_ROOT={root}", site, "--since", token]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as changes:
        assert changes.stdout is not None
        for line in map(json.loads, changes.stdout):
            token = line["token"]
            if line["change"] == "reset":
                keys, index = {}, Index(ndim=256, metric="cos")
            elif line["change"] != "end":
                if line["id"] in keys:
                    index.remove(keys.pop(line["id"]))
                if line["post"]:
                    post, last = line["post"], last + 1
                    reading = read(load(site), (Path(root) / site / post["path"]).read_text("utf-8"), post["url"], post["path"])
                    index.add(last, MODEL.embed([f"{post['title']}\n{reading.text[:1000]}"])[0])
                    keys[line["id"]] = last
    if changes.returncode:  # it has said why
        sys.exit(changes.returncode)
    # The new file first, then the state that names it: whatever stops this in between, the old pair stands.
    name = f"posts-{last}"
    index.save(place / f"{name}.usearch")
    new = {"keys": keys, "token": token, "last": last, "file": name}
    (place / "state.tmp").write_text(json.dumps(new), "utf-8")
    (place / "state.tmp").replace(place / "state.json")
    for old in place.glob("posts-*.usearch"):
        if old.stem != name:
            old.unlink()
    print(f"{place}: {len(keys)} posts")


def ask(folder: str, text: str) -> None:
    """Print the IDs of the ten nearest posts."""
    state = json.loads((Path(folder) / "state.json").read_text("utf-8"))
    index = Index.restore(Path(folder) / f"{state['file']}.usearch")
    ids = {key: post_id for post_id, key in state["keys"].items()}
    for match in index.search(MODEL.embed([text])[0], 10):
        print(f"{1 - match.distance:.2f} {ids[int(match.key)]}")


if __name__ == "__main__":
    if not sys.argv[2:]:
        sys.exit(__doc__)
    if "--ask" in sys.argv:
        ask(sys.argv[1], sys.argv[3])
    else:
        main(*sys.argv[1:])
