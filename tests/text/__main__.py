"""``python -m tests.text``: precision and recall of near duplicates on made pairs."""

from __future__ import annotations

from tests.text.pairs import made_pairs, measured

if __name__ == "__main__":
    print(f"{'seed':>4} {'pairs':>7} {'precision':>10} {'recall':>7}")
    for seed in range(5):
        found = measured(made_pairs(seed, 1000))
        print(f"{seed:4} {found.pairs:7,} {found.precision:10.4f} {found.recall:7.4f}")
