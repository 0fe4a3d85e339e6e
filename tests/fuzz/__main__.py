"""``python -m tests.fuzz READER [--seconds N]``: runs one reader of strangers' bytes on what atheris makes up."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed; install it with: .venv/bin/python -m pip install atheris (Python 3.11 to 3.13)")

with atheris.instrument_imports(include=["crawler"]):
    from tests.fuzz.readers import READERS, run

options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
options.add_argument("reader", choices=READERS)
options.add_argument("--seconds", type=int, default=60)
given = options.parse_args()
with tempfile.TemporaryDirectory() as corpus:
    for number, seed in enumerate(READERS[given.reader].seeds):
        (Path(corpus) / str(number)).write_bytes(seed)
    limits = [f"-max_total_time={given.seconds}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=1500"]
    atheris.Setup([sys.argv[0], *limits, corpus], lambda data: run(given.reader, data))
    atheris.Fuzz()
