"""The layouts of small sites, of the kinds that themes have, and the page around them."""

from __future__ import annotations

#: Layouts of the kinds that themes have; ``CONTENT`` stands where Jekyll pastes the content.
LAYOUTS = {
    "classed": """<article class="post"><header class="post-header"><h1 class="post-title">{title}</h1>
<p class="post-meta"><time datetime="{time}">{words}</time></p></header>
<div class="post-content e-content">
CONTENT
</div>{tags}
</article>""",
    # Nothing but the heading and the day stand before the content, and the list of tags directly behind.
    "bare": """<h2>{title}</h2>
<p>{words}</p>
CONTENT
<ul class="tag-list">{tag_items}</ul>""",
    # A constant element around and behind the content.
    "boxed": """<div class="head"><h1>{title}</h1><span class="date">{words}</span></div><div><div class="inner">
CONTENT
</div><p>Thanks for reading!</p></div><div class="share"><a href="/subscribe/">Subscribe</a></div>""",
    "wide": """<main class="wide"><h1 class="wide-title">{title}</h1><section id="text">
CONTENT
</section><footer class="wide-foot">{words}</footer></main>""",
    # A list of tags stands before the content; behind it the links to other posts, which the first post has none of.
    "open": """<h1 class="head">{title}</h1><p class="day">{words}</p><div class="labels">{tag_items}</div>
CONTENT
""",
    # As "wide", with a footer of the layout's own in the element around the content.
    "signed": """<main class="wide"><h1 class="wide-title">{title}</h1><section id="text">
CONTENT


<footer class="by"><p>Published on {words}</p></footer>
</section><footer class="wide-foot">{words}</footer></main>""",
    # Links to tags stand before the content with nothing around them, of some posts none, of others several.
    "tagged": """<article class="post"><h1>{title}</h1>
<time datetime="{time}">{words}</time>
{tag_links}
CONTENT
</article>""",
    # As that, with what some posts alone show behind the content.
    "tagged with a source": """<article class="post"><h1>{title}</h1>
<time datetime="{time}">{words}</time>
{tag_links}
CONTENT
<p class="via">via <a href="https://other.example/{time}">{title}</a></p>
</article>""",
    # Links to the posts before and after stand behind the content's element; a blank line is left of one that is missing.
    "between": """<h2>{title}</h2>
<p class="meta">{words}</p>
<div class="text">
CONTENT
</div>
BEFORE
BEHIND""",
    # Nothing says that links to the posts before and after are such; what some posts have more stands at both ends.
    "neighbours": """<section>
<h2>{title}</h2>
<small>{words}</small>
CONTENT

<p>BEFORE BEHIND</p>
</section>""",
    "neighbours and more": """<section>
<h2>{title}</h2>
<small>{words}</small>
<p class="subtitle">About {title}</p>
CONTENT

<div id="disqus_thread"></div>
<p>BEFORE BEHIND</p>
</section>""",
    # A comment that differs from post to post stands directly before the content, another one behind it.
    "commented": """<main class="text"><h1>{title}</h1><p class="day">{words}</p><p class="kind"></p>
<!-- <h2><a href="/{time}">{title}</a></h2> -->
CONTENT
<!-- end of {title} --></main><div class="beside"><h5>Contents</h5></div>""",
}
#: Elements around the content that differ in nothing, and behind it a list of contents in some pages alone.
_SECTION = """<!-- Title -->
<section class="title-page">
<div class="wrap">
<h1>{title}</h1>
</div>
</section>
<!-- Main content -->
<section class="content">
<div class="wrap">
<div class="primary">
<div class="inner">
CONTENT

</div>
</div>

<!-- TOC -->
"""
LAYOUTS["section"] = _SECTION + "\n</div>\n</section>"
LAYOUTS["section with contents"] = (
    _SECTION + '<div class="beside"><h5>Contents</h5><a href="/edit/{time}">Mend it</a></div>\n\n</div>\n</section>'
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | Harbour notes</title>{head}</head>
<body class="site"><header class="site-header"><a class="site-title" href="{base}/">Harbour notes</a>
<nav class="site-nav"><a href="{base}/about/">About</a> <a href="{base}/tags/">Tags</a></nav></header>
{inside}
{neighbours}<footer class="site-footer"><p>Made by hand.</p></footer></body></html>
"""
