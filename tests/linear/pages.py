"""Pages, a feed and a source post with a place in them for a stranger's text."""

from __future__ import annotations

URL = "https://finews.withounder.com/dongliribao/2022/03/01/NW202203012292084873.html"
HOME = "https://blog.test/"
PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="UTF-8"><title>T</title></head><body>
    <header><h1><a href="https://finews.withounder.com/">N</a></h1></header><section>

    <small>(GMT+8, Asia/Shanghai, CST) 2022-03-01 19:58:30</small>
<h1>%(title)s</h1>

%(body)s

<p><a href="http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202203012292084873">http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202203012292084873</a></p>

<p><a href="//finews.withounder.com/category/dongliribao.html">返回%(tag)s</a>｜<a href="//finews.withounder.com/">返回首页</a></p>


  <small>tags: <em>%(tag)s</em></small>

    </section></body>
</html>
"""
STOCK = """<!DOCTYPE html><html><head><title>%(title)s</title><link rel="canonical" href="https://blog.test/2022/03/01/a.html"></head>
<body><main><article class="post h-entry"><header><h1 class="post-title p-name">%(title)s</h1><p class="post-meta">
<time class="dt-published" datetime="2022-03-01T00:00:00+00:00">Mar 1, 2022</time></p></header>
<div class="post-content e-content">%(body)s</div></article></main>%(tag)s</body></html>"""
ENTRY = """<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>t</title><updated>2022-03-03T23:30:00+08:00</updated>
<entry><title>a</title><link href="https://blog.test/2022/03/01/a.html"/><content type="html">%s</content></entry></feed>"""
POST = "---\ntitle: a\n---\n%s\n"
