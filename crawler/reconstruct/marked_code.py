"""Code that another kramdown or Rouge marked: in other boxes, with other classes, or in other spans than those of here.

Older ones have no class for code without a language, and versions of Rouge tell numbers from names in their own ways. No text
renders to the bytes of such code here. Its text, its language and where it stands are told all the same: that is what counts
where the pages of a site were made elsewhere, and nothing else of its code does.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.reconstruct.ruby.converter import Converter


def _inside(of: str) -> str:
    """What a box of code has in it, with numbers of lines or without; ``of``: what the names of groups begin with."""
    return (
        rf'(?P<{of}head>(?:<table[^<>]*+><tbody><tr><td[^<>]*+><pre class="lineno">[\d\n]*+</pre></td><td[^<>]*+><pre>)?+)'
        rf"(?P<{of}code>[^<]*+(?:</?span\b[^<>]*+>[^<]*+)*+)(?P<{of}tail>(?:</pre></td></tr></tbody></table>)?+)"
    )


#: A block, or what Jekyll's own tag makes, in the form of one of all its versions.
_CODE = re.compile(
    r'<div class="(?:language-(?P<language>[^ "<>]++) )?+(?P<own>[^"<>]*?)highlighter-rouge">'
    r'(?P<box><div class="highlight">)?+'
    r"(?P<numbers><table[^<>]*+><tbody><tr><td[^<>]*+><pre[^<>]*+>[\d\s]*+(?:<br ?/?>[\d\s]*+)*+</pre></td><td[^<>]*+>)?+"
    rf'<pre class="(?P<class>[^"<>]*+)"><code>{_inside("")}</code></pre>'
    r"(?(numbers)</td></tr></tbody></table>)(?(box)</div>)(?P<gap>\s*+)</div>"
    r'|<(?P<tag>figure|div) class="highlight"><pre>'
    r'(?P<start><code class="[^"<>]++" data-lang="(?P<tag_language>[\w.+#-]++)">)'
    rf"{_inside('tag_')}</code></pre></(?P=tag)>"
)
_SPAN, _TODAY = '<code class="highlighter-rouge">', '<code class="language-plaintext highlighter-rouge">'
_MARKS = re.compile(r"</?span\b[^<>]*+>")
_FENCES = re.compile(r"^ *(~{3,})", re.MULTILINE)
_PLAINTEXT = "plaintext"
#: So many contents out of a hundred of those with code have to have some that was marked elsewhere.
_SOME = 20
#: Whether Jekyll's own tag made it; its language, and its text.
_Code = tuple[bool, str, str]


def without_marks(content: str) -> str:
    r"""A content whose code has the boxes and classes of today, and no spans.

    >>> without_marks('<p><code class="highlighter-rouge">a</code></p>')
    '<p><code class="language-plaintext highlighter-rouge">a</code></p>'
    >>> without_marks('<div class="highlighter-rouge"><pre class="a"><code><span class="n">b</span></code></pre>\n</div>')
    '<div class="language-plaintext highlighter-rouge"><div class="highlight"><pre class="a"><code>b</code></pre></div></div>'
    """
    return _marked(content, {code: html.escape(code[2], quote=False) for code in _codes(content)})


def marked_here(content: str, converter: Converter) -> str:
    """A content with all code as it is marked here, where nothing but what :func:`without_marks` evens out differs."""
    codes = [*dict.fromkeys(_codes(content))]
    blocks, tags = ([code for code in codes if code[0] == of_tag] for of_tag in (False, True))
    rendered = [
        *(converter.convert([_fenced(code) for code in blocks]) if blocks else ()),
        *converter.highlight([_tag(code) for code in tags]),
    ]
    known: dict[_Code, str] = {}
    for code, made in zip((*blocks, *tags), rendered, strict=True):
        found = _CODE.search(made or "")
        if found is not None:
            inside = found["tag_code" if code[0] else "code"]
            if html.unescape(_MARKS.sub("", inside)) == code[2]:
                known[code] = inside
    return _marked(content, known)


def marked_elsewhere(contents: Sequence[str], converter: Converter) -> tuple[int, int]:
    """In how many contents code is marked otherwise than here, and how many have code; 0 of them if these are too few."""
    having = [content for content in contents if _SPAN in content or _TODAY in content or any(_codes(content))]
    others = sum(marked_here(content, converter) != content for content in having)
    return (others if others * 100 >= _SOME * len(having) else 0), len(having)


def _codes(content: str) -> Iterator[_Code]:
    for one in _CODE.finditer(content):
        yield _code(one)


def _code(one: re.Match[str]) -> _Code:
    of = "tag_" if one["tag"] else ""
    return bool(of), one[f"{of}language"] or "", html.unescape(_MARKS.sub("", one[f"{of}code"]))


def _marked(content: str, known: Mapping[_Code, str]) -> str:
    """A content with the inside of code that is known, in boxes of today; other code stays as it is."""

    def box(one: re.Match[str]) -> str:
        code = _code(one)
        if code not in known:
            return one[0]
        of_tag, language, _ = code
        if of_tag:
            inside = f"{one['start']}{one['tag_head']}{known[code]}{one['tag_tail']}"
            return f'<figure class="highlight"><pre>{inside}</code></pre></figure>'
        inside = f"{one['head']}{known[code]}{one['tail']}"
        gap = one["gap"] if one["box"] else one["gap"].replace("\n", "")
        return (
            f'<div class="language-{language or _PLAINTEXT} {one["own"]}highlighter-rouge"><div class="highlight">'
            f'<pre class="{one["class"]}"><code>{inside}</code></pre></div>{gap}</div>'
        )

    return _CODE.sub(box, content).replace(_SPAN, _TODAY)


def _fenced(code: _Code) -> str:
    _, language, text = code
    fence = "~" * (max((len(one) for one in _FENCES.findall(text)), default=2) + 1)
    return f"{fence}{language}\n{text.removesuffix(chr(10))}\n{fence}\n"


def _tag(code: _Code) -> tuple[str, str, str]:
    _, language, text = code
    return f"{{% highlight {language} %}}\n", f"{text.strip(chr(10))}\n", "{% endhighlight %}"
