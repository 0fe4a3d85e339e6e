"""Posts of a site as odd as strangers make them: names of tags and categories, and articles wider than a screen."""

from __future__ import annotations

import json
from typing import Any

from tests.exporters.rows import a_row

#: Each is one category, as the front matter writes it.
CATEGORIES = (
    *("emnews", "TechWeb", "Techweb", "Career In touxingPEVC", "21shijijingjibaodao  nancailicaitong", "anxin(xianggang)"),
    *("21", "In", "no", "null", "~", "<<", "a/b", "a/c", "/", ".hidden", "..", "a..b", "a%41b", "a#b?c", "{{", "<b>"),
    *(
        "'",
        '"',
        "a\\b",
        "size",
        "first",
        "index",
        "con.",
        "x" * 120,
        "新" * 70,
        "💹",
        "-",
        "_x",
        "a:b",
        "a,b",
        "&amp;",
        "é",
        "e\u0301",
    ),
)
_WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 12
#: What is wider than a phone, each in another way.
WIDE = {
    "a long word": f"<p>{_WORD}</p>",
    "a long address": f"<p><a href='https://x/'>https://example.com/{_WORD}</a></p>",
    "a table": "<table width='1500'><tr>" + "".join(f"<td nowrap>金额（亿元）{n}</td>" for n in range(30)) + "</tr></table>",
    "code": f"<pre><code>{_WORD} {_WORD}</code></pre>",
    "a picture": "<p><img width='2000' height='100' alt='' src='data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22"
    "%20width=%222000%22%20height=%22100%22%3E%3Crect%20width=%222000%22%20height=%22100%22%20fill=%22teal%22/%3E%3C/svg%3E'></p>",
    "a box": "<div style='width: 1800px; min-width: 1800px; white-space: nowrap'>" + "公司订单增长。" * 60 + "</div>",
    "a frame": "<p><iframe width='1400' height='300' srcdoc='x'></iframe></p>",
    "what is moved aside": "<div style='position: relative; left: 900px; width: 600px'>aside</div>",
    "a marquee": f"<marquee width='1500'>{_WORD}</marquee>",
}


def post(
    number: int, categories: str, tags: str = "财经", body: str = "<p>公司订单增长。</p>", **changed: Any
) -> dict[str, Any]:
    """A row with its source post; ``categories`` and ``tags`` as the front matter writes them."""
    time = changed.pop("time", f"2022-03-{1 + number // 60 % 28:02} 08:{number % 60:02}:00")
    post_id, title = f"NW{number:06}", changed.pop("title", f"Post {number}")
    head = {"layout": "post", "title": title, "date": f"{time} +0800", "categories": categories, "tags": tags}
    lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in head.items())
    return a_row(
        post_id,
        title=title,
        date=f"{time.replace(' ', 'T')}+08:00",
        day=time[:10],
        path=f"_posts/{time[:10].replace('-', '/')}/{time[:10]}-{post_id}.md",
        categories=categories.split(),
        tags=tags.split(),
        body=body,
        raw=f"---\n{lines}---\n{body}\n",
        **changed,
    )


def odd_site() -> list[dict[str, Any]]:
    """Seven posts of each category, one with each wide thing, one of the year 9999, one with neither tag nor category."""
    rows = [post(number, name, tags=f"财经 T{number % 5}") for number, name in enumerate(CATEGORIES * 7)]
    for name, body in WIDE.items():
        rows.append(post(len(rows), "emnews", body=body, title=f"{name}: {_WORD if name == 'a long word' else ''}"))
    rows.append(post(len(rows), "emnews", time="9999-12-31 23:59:59", title="Far off"))
    rows.append(post(len(rows), "", tags="", title="Of nothing"))
    return rows
