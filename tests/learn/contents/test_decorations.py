"""What layouts put into contents is learned where nobody could have typed it, and taken out only if it is put back the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.learn.decorations.decorations import decorations_of
from crawler.learn.learned import Layout
from crawler.markup.decoration import BadDecoration, check, put_in, undecorated

HOME = "https://blog.example/"
_LAYOUT = Layout(name="post", start="<main>", end="</main>")
_OTHER = Layout(name="note", start="<aside>", end="</aside>")
#: What layouts make of headings.
ANCHORS = {
    "before, with blanks": ' <a href="#{id}" class="anchor" aria-labelledby="{id}"><svg><use xlink:href="#link"></use></svg></a> {text} ',
    "behind": '{text}<a class="header-anchor" href="#{id}">¶</a>',
    "behind, without a class": '{text} <a href="#{id}">#</a>',
    "a box and behind": '<span class="mr-2">{text}</span><a href="#{id}" class="anchor"><i class="fas fa-hashtag"></i></a>',
    "around": '<a class="link" href="#{id}">{text}</a>',
    "with a name": '<a name="{id}" href="#{id}"></a>{text}',
}
#: No layout's: what authors write into headings, and anchors at some headings.
TYPED = {
    "a link to itself": ['<a href="#{id}">{text}</a>'],
    "code": ["<code>{text}</code>"],
    "some": ['{text}<a href="#{id}">#</a>', "{text}", "{text}"],
    "links elsewhere": ['{text} <a href="#top">up</a>'],
}
_TEXTS = {"tides": "Tides", "the-ferry": "The <em>ferry</em>", "salt--more": "Salt &amp; <code>more</code>", "a-b": "A b"}


def headings(form: str) -> str:
    inner = (form.replace("{id}", name).replace("{text}", text) for name, text in _TEXTS.items())
    return "\n\n".join(f'<h2 id="{name}">{one}</h2>\n\n<p>Words.</p>' for name, one in zip(_TEXTS, inner, strict=True))


def page(content: str, *, tag: str = "main") -> bytes:
    return f"<body><{tag}>\n{content}\n</{tag}></body>".encode()


def learned(*contents: str, fed: str = "") -> dict[str, str]:
    told = [(page(content), [fed] if fed else []) for content in contents]
    return decorations_of(told, [_LAYOUT, _OTHER], "", HOME)[0]


@pytest.mark.parametrize("form", ANCHORS)
def test_anchors_in_headings_are_the_layouts(form: str) -> None:
    content = headings(ANCHORS[form])
    table = learned(content, content.replace("h2", "h3"))
    assert [text[:3] for text in table] == ["<h2", "<h3"]
    assert undecorated(content, table) == headings("{text}")


@pytest.mark.parametrize("kind", TYPED)
def test_what_authors_type_into_headings_is_theirs(kind: str) -> None:
    assert not learned(*(headings(form) for form in TYPED[kind]))


def test_what_a_feed_has_too_is_no_layouts() -> None:
    content = headings(ANCHORS["behind"])
    assert not learned(content, content, fed=content)
    assert "a feed has 2 contents without it" in str(
        decorations_of([(page(content), [headings("{text}")])] * 2, [_LAYOUT], "", HOME)[1]
    )


def test_layouts_that_decorate_and_others_stand_side_by_side() -> None:
    plain, shown = headings("{text}"), headings(ANCHORS["behind"])
    told: list[tuple[bytes, list[str]]] = [(page(shown), []), *[(page(plain, tag="aside"), [])] * 5]
    table, evidence = decorations_of(told, [_LAYOUT, _OTHER], "", HOME)
    assert undecorated(shown, table) == undecorated(plain, table) == plain
    assert list(evidence.values()) == ["4 places of 1 post show it"]


_CODE = '<div class="language-ruby highlighter-rouge">{}<div class="highlight"><pre class="highlight"><code>puts\n</code></pre></div></div>'
_HEADER = '<div class="code-header">\n  <span data-label="Ruby"></span>\n</div>'
_TABLE = "<table>\n  <tbody>\n    <tr>\n      <td>1</td>\n    </tr>\n  </tbody>\n</table>"
_QUOTE = '<blockquote class="prompt">{}\n  <p>Words.</p>\n{}</blockquote>'
_ITEM = '<li class="task-list-item"><input type="checkbox" class="task-list-item-checkbox" disabled="disabled" />a</li>'
#: What Jekyll renders, and what layouts show of it.
BLOCKS = {
    "headers of code": (_CODE.format(""), _CODE.format(_HEADER)),
    "code without pre": (
        _CODE.format(""),
        _CODE.format("").replace('<pre class="highlight"><code>', "<code>").replace("</code></pre>", "</code>"),
    ),
    "tables in boxes": (_TABLE, f'<div class="table-wrapper">{_TABLE}</div>'),
    "boxes in quotes": (_QUOTE.format("", ""), _QUOTE.format("<div>", "</div>")),
    "tasks": (_ITEM, '<li class="task-list-item"><i class="far fa-circle"></i>a</li>'),
}
#: Pictures as layouts show them, and what of them comes back.
PICTURES = {
    "late": '<img data-src="/a.png" alt="A" data-proofer-ignore>',
    "lazy": '<img src="/a.png" alt="A" loading="lazy" />',
    "linked": '<a href="/a.png" class="popup"><img src="/a.png" alt="A" /></a>',
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_what_kramdown_never_writes_around_blocks_is_the_layouts(kind: str) -> None:
    rendered, shown = BLOCKS[kind]
    table = learned(f"<p>a</p>\n\n{shown}\n\n<p>b</p>", "<p>c</p>")
    assert undecorated(shown, table) == rendered


@pytest.mark.parametrize(
    "typed",
    [
        f'<div class="box">\n\n{_TABLE}\n\n</div>',
        '<div class="box"><table><tr><td>1</td></tr></table></div>',
        "<blockquote><div>a</div></blockquote>",
        *PICTURES.values(),
    ],
)
def test_what_authors_type_around_blocks_is_theirs(typed: str) -> None:
    assert not learned(typed, f"<p>a</p>\n\n{typed}", typed)


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_are_rewritten_by_layouts_that_rewrite_other_things(kind: str) -> None:
    rendered = '<img src="/a.png" alt="A" />'
    table = learned(f"{PICTURES[kind]}{_CODE.format(_HEADER)}", PICTURES[kind])
    assert undecorated(PICTURES[kind], table) == rendered
    assert undecorated(PICTURES[kind], learned(*[f"<p>{PICTURES[kind]}</p>"] * 3, fed=f"<p>{rendered}</p>")) == rendered


def test_attributes_that_authors_type_before_the_address_of_a_picture_stay() -> None:
    late = '<a href="/{0}.png" class="popup"><img{1} data-src="/{0}.png"{2} class="late" data-proofer-ignore></a>'
    typed = [("a", "", ' alt="A"'), ("b", ' width="4" alt="B"', ""), ("c", "", ' alt="C"')]
    shown = [f"<p>{late.format(*one)}</p>" for one in typed]
    table = learned(f"{shown[0]}{_CODE.format(_HEADER)}", *shown[1:])
    for content, (name, first, more) in zip(shown, typed, strict=True):
        assert undecorated(content, table) == f'<p><img{first} src="/{name}.png"{more} /></p>'


@given(
    st.lists(
        st.sampled_from(
            [
                '<h2 id="a">',
                "</h2>",
                '<a href="#a">#</a>',
                '<a href="#b">#</a>',
                "a",
                "\n",
                "<b>",
                '<img src="b"',
                " />",
                ' alt="">',
                " x>",
            ]
        )
    ).map("".join)
)
def test_all_that_is_taken_out_is_put_back(html: str) -> None:
    table = {
        '<h2 id="{1}">{2}</h2>': '<h2 id="{1}">{2}<a href="#{1}">#</a></h2>',
        '<img src="{1}"{2} />': '<img src="{1}"{2} x>',
        '<img{3} src="{1}"{2} />': '<img{3} src="{1}"{2} x>',
    }
    for rendered, shown in table.items():
        back = undecorated(html, {rendered: shown})
        assert html in {back, put_in(back, rendered, shown)}


@pytest.mark.parametrize(
    ("rendered", "shown"),
    [("a", "<b>"), ("<b>", "<b>"), ("<b>{1}</b>", "<b></b>"), ("<b>{1}{2}</b>", "<i>{2}{1}</i>"), ("<b>{1}", "<i>{1}</i>")],
)
def test_texts_that_cannot_be_told_apart_are_refused(rendered: str, shown: str) -> None:
    with pytest.raises(BadDecoration, match=r"both texts|some text"):
        check(rendered, shown)


_TAGS = '<h2 id="{0}">A</h2>\n\n<p>One<br />\ntwo {0}.</p>\n\n<hr />\n\n<p><img src="/{0}.png" alt="" /> and <img src="/b.png" alt="c" /></p>'


def _without_slashes(content: str) -> str:
    return content.replace(" />", ">")


def test_tags_without_a_slash_are_a_plug_ins_where_none_has_one() -> None:
    contents = [_TAGS.format(word) for word in ("tide", "salt", "ferry", "rope")]
    table = learned(*map(_without_slashes, contents))
    assert table == {"<br />": "<br>", "<hr />": "<hr>", '<img{1}" />': '<img{1}">'}
    assert [undecorated(_without_slashes(content), table) for content in contents] == contents
    assert [undecorated(content, table) for content in contents] == contents  # a page that the plug-in left alone
    assert learned(*map(_without_slashes, contents), fed=contents[0]) == table


def test_tags_without_a_slash_may_be_the_authors() -> None:
    contents = [_TAGS.format(word) for word in ("tide", "salt", "ferry", "rope")]
    bare = list(map(_without_slashes, contents))
    assert not learned(*contents)
    assert not learned(*bare[:2])
    assert not learned(*bare[:3], contents[3])  # one that kramdown made
    assert not learned(*(content.replace(" id=", " title=") for content in bare))  # files of HTML
    assert not learned(*bare, fed=bare[0])
