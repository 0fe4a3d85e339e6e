"""Markdown as hypothesis makes it up."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.lists(
    st.sampled_from(["one", "two", "it's", '"q"', "--", "...", "a_b", "*", "_x", "`c`", "[l](/u)", "*e*", "**s**", "<b>h</b>", "1.", "#",
                     "&amp;", "<", ">", "中文", "“字”", "|", ":", "{", "{{ v }}", "$", "\\", "![i](/p)", "~", "http://a.b", "é"]),
    min_size=1, max_size=7,
).map(" ".join)  # fmt: skip
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
SIMPLE = st.one_of(
    PARAGRAPH,
    st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), WORDS),
    st.builds(lambda language, text: f"```{language}\n{text}\n```", st.sampled_from(["", "ruby", "html"]), PARAGRAPH),
    st.just("---"),
    st.just("<div><p>raw</p></div>"),
    st.builds(lambda a, b: f"| {a} | {b} |\n|---|---|\n| {b} | {a} |", WORDS, WORDS),
)


def _nested(blocks):
    def listed(mark, gap, items):
        return gap.join(mark + item.replace("\n", "\n" + " " * len(mark)) for item in items)

    inner = st.lists(blocks, min_size=1, max_size=2).map("\n\n".join)
    return st.one_of(
        st.builds(
            listed,
            st.sampled_from(["* ", "- ", "1. "]),
            st.sampled_from(["\n", "\n\n"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda text: "> " + text.replace("\n", "\n> ")),
    )


DOCUMENT = st.lists(st.recursive(SIMPLE, _nested, max_leaves=4), min_size=1, max_size=4).flatmap(
    lambda blocks: st.lists(st.sampled_from(["\n", "\n\n"]), min_size=len(blocks), max_size=len(blocks)).map(
        lambda gaps: "".join(block + gap for block, gap in zip(blocks, gaps, strict=True))
    )
)
