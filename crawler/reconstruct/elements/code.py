"""Blocks of code -> Markdown: fenced, indented, and Jekyll's own tag."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Draft, Piece
from crawler.reconstruct.elements.markup import attribute_list, is_liquid, without_tags

if TYPE_CHECKING:
    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

_ROUGE = re.compile(
    r'<div(?: [^\s"=<>]+="[^"<>]*")*? class="language-(?P<language>[^ "]+) (?P<own>[^"]*)highlighter-rouge"[^>]*>'
    r'<div class="highlight"><pre class="[^"]*"><code>'
    r'(?:<table class="rouge-table"><tbody><tr><td class="[^"]*"><pre class="lineno">[\d\n]*</pre></td>'
    r'<td class="[^"]*"><pre>)?'
    r"(?P<text>.*?)(?:</pre></td></tr></tbody></table>)?</code></pre></div>\s*</div>",
    re.DOTALL,
)
_PRE = re.compile(r'<pre><code(?: class="language-(?P<language>[^ "]+)")?>(?P<text>.*)</code></pre>', re.DOTALL)
_TAG = re.compile(
    r'<figure class="highlight"><pre><code class="language-[^"]+" data-lang="(?P<language>[\w.+#-]+)">'
    r'(?:<table class="rouge-table"><tbody><tr><td class="[^"]*"><pre class="lineno">[\d\n]*</pre></td>'
    r'<td class="[^"]*"><pre>(?P<text>.*?)</pre></td></tr></tbody></table>|(?P<code>.*?))</code></pre></figure>',
    re.DOTALL,
)
#: The code of a span whose lines are numbered.
_NUMBERED = re.compile(
    r'<table class="rouge-table"><tbody><tr><td[^>]*><pre class="lineno">[\d\n]*</pre></td><td[^>]*><pre>(.*)\n</pre></td></tr>'
    r"</tbody></table>",
    re.DOTALL,
)
_PLAINTEXT = "plaintext"
#: A blank line more beside a block does not show where there is one.
_APART = b"\n\n"
_FENCES = re.compile(r"^ *(`{3,}|~{3,})", re.MULTILINE)


def span_text(inside: str) -> str:
    """The text of a code span, without what a highlighter made around it."""
    numbered = _NUMBERED.fullmatch(inside)
    return html.unescape(without_tags(numbered[1] if numbered else inside))


def highlight(context: Context, node: Node) -> Draft | None:
    """The code of an element that Jekyll's ``highlight`` may have made: the HTML, and the tag to be tried for it."""
    raw = context.slice(node.start, node.end)
    found = _TAG.fullmatch(raw)
    if found is None:
        return None
    text = html.unescape(without_tags(found["text"] if found["text"] is not None else found["code"]))
    piece = Piece.of(node.start, raw)
    numbers = " linenos" if found["text"] is not None else ""
    context.highlighted.append(
        (piece, (f"{{% highlight {found['language']}{numbers} %}}\n", f"{text.strip(chr(10))}\n", "{% endhighlight %}"))
    )
    return Draft([piece])


def code(context: Context, node: Node) -> Draft | None:
    """The code of an element that a highlighter made, or of ``<pre><code>``."""
    raw = context.slice(node.start, node.end)
    found = _ROUGE.fullmatch(raw) or _PRE.fullmatch(raw)
    if found is None:
        return None
    text = html.unescape(without_tags(found["text"]))
    ended = text.removesuffix("\n")
    language = found["language"] or ""
    shown = "" if language in context.plain_languages else language
    longest = max((len(fence) for fence in _FENCES.findall(ended)), default=2)
    fences = ["`" * max(3, longest + 1), "~" * max(3, longest + 1)]
    if context.habits.fence == "~":
        fences.reverse()
    spellings = [f"{fence}{shown}\n{ended}\n{fence}" for fence in fences]
    if not shown and ended.strip():
        indented = "\n".join(f"    {line}" if line else "" for line in ended.split("\n"))
        spellings.insert(int(context.habits.fenced), indented)
    elif not ended:
        spellings.insert(0, f"{fences[0]}{shown}\n{fences[0]}")
    if shown:
        spellings.append(f"{fences[1]} {shown}\n{ended}\n{fences[1]}")
    else:
        spellings.append(f"{fences[0]}{language or _PLAINTEXT}\n{ended}\n{fences[0]}")
        spellings.append(f"{fences[0]}text\n{ended}\n{fences[0]}")
    piece = Piece.of(node.start, *spellings)
    content = context.content
    if content[max(0, node.start - 2) : node.start] == _APART and content[node.end : node.end + 2] in (_APART, b""):
        piece.liquid = {one: f"{{% raw %}}\n{one}\n{{% endraw %}}" for one in spellings if is_liquid(one)}
    others = {name: value for name, value in node.attributes.items() if name != "class" and node.name == "div"}
    if own := found.groupdict().get("own"):
        others = {"class": own} | others
    return Draft([piece, Piece((f"\n{attribute_list(others)}",), node.close)] if others else [piece])
