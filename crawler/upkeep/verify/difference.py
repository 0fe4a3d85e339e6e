"""Where two renderings of a post differ first, as a few lines that a person reads."""

from __future__ import annotations

#: Lines of each side, and characters of a line on each side of the first difference.
_LINES, _AROUND = 3, 60


def difference(name: str, seen: str, rendered: str) -> str:
    r"""A short unified diff of the first lines that differ: ``-`` what the captured page shows, ``+`` what Jekyll renders.

    Of long lines, what stands around the first difference is kept; characters that a terminal would obey are escaped.

    >>> print(difference("content", "<p>a</p>\n<p>b</p>\n<p>c</p>", "<p>a</p>\n<p>B</p>\n<p>c</p>"))
    @@ content: line 2, character 4 @@
     <p>a</p>
    -<p>b</p>
    +<p>B</p>
     <p>c</p>
    """
    pairs = enumerate(zip(seen, rendered, strict=False))
    place = next((index for index, (one, other) in pairs if one != other), min(len(seen), len(rendered)))
    start = seen.rfind("\n", 0, place) + 1
    number = seen.count("\n", 0, start) + 1
    parts = [f"@@ {name}: line {number}, character {place - start + 1} @@"]
    if start:
        before = seen.rfind("\n", 0, start - 1) + 1
        parts.append(f" {_cut(seen[before : start - 1])}")
    ours, theirs = (text[start:].split("\n", _LINES + 2) for text in (seen, rendered))
    if ours[0] == theirs[0]:  # one of the two ends with this line
        parts.append(f" {_cut(ours.pop(0))}")
        theirs.pop(0)
    gone, new = _parted(ours, theirs)
    begin = max(0, place - start - _AROUND)
    for sign, lines in (("-", ours[:gone]), ("+", theirs[:new])):
        parts += [f"{sign}{_cut(line, begin if index == 0 else 0)}" for index, line in enumerate(lines)]
    parts += [f" {_cut(line)}" for line in ours[gone : gone + 1] if line in theirs[new : new + 1]]
    return "\n".join(parts)


def _parted(one: list[str], other: list[str]) -> tuple[int, int]:
    """How many lines of each differ until they go on with the same one; no more than are shown."""
    for both in range(1, 2 * _LINES + 1):
        for gone in range(max(0, both - _LINES), min(both, _LINES) + 1):
            if one[gone : gone + 1] == other[both - gone : both - gone + 1] != []:
                return gone, both - gone
    return min(len(one), _LINES), min(len(other), _LINES)


def _cut(line: str, begin: int = 0) -> str:
    text = line[begin : begin + 2 * _AROUND]
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f"{'…' * (begin > 0)}{text}{'…' * (begin + 2 * _AROUND < len(line))}"
