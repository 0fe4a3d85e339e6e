"""Article HTML as the share answers have it, with every habit the real ones show."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.replica.words import AUTHORS, COMPANIES, clause, paragraph, sentence

INDENT = "\u3000\u3000"
Body = Callable[[Random], str]


def plain(rng: Random) -> str:
    """Indented paragraphs, a blank before every one but the first."""
    paragraphs = [f"<p>{INDENT}{paragraph(rng, rng.randint(1, 3))}</p>" for _ in range(rng.randint(2, 4))]
    return "\n ".join(paragraphs)


def quote_widget(rng: Random) -> str:
    code = rng.randint(600000, 603999)
    name = rng.choice(COMPANIES)
    return (
        f'<p>{INDENT}<span id="stock_1.{code}"><a href="http://quote.eastmoney.com/unify/r/1.{code}" '
        f'class="keytip" data-code="1,{code}">{name}</a></span><span id="quote_1.{code}"></span>{sentence(rng)}</p>'
    )


def image(rng: Random) -> str:
    return (
        f"<p>{INDENT}{sentence(rng)}</p><!-- EM_StockImg_Start --><p><a href='http://quote.eastmoney.com/x.html?a=1&b=2'>"
        f'<img src="http://img.example.com/{rng.randint(1, 999)}.png?w=1&h=2" style="border:#d1d1d1 1px solid;"/></a></p>'
        f'<!-- EM_StockImg_End -->\n <center><img src="http://img.example.com/c.jpg"/></center>\n <p>{INDENT}{sentence(rng)}</p>'
    )


def table(rng: Random) -> str:
    rows = "".join(f"<tr><td>{COMPANIES[i]}</td><td>{rng.randint(1, 99)}&nbsp;亿</td></tr>" for i in range(3))
    return f'<p>{INDENT}{sentence(rng)}</p>\n <table border="1"><tbody>{rows}</tbody></table>'


def breaks(rng: Random) -> str:
    return f"<p>{INDENT}{clause(rng)}<br/>{INDENT}{clause(rng)}<br>{sentence(rng)}</p>\n <p>{INDENT}{sentence(rng)}</p>"


def entities(rng: Random) -> str:
    return (
        f"<p>{INDENT}A&amp;B 与 C&D，5 &lt; 6 &gt; 4，&ldquo;{clause(rng)}&rdquo;&nbsp;&middot;&#8203;</p>"
        f'\n <p>{INDENT}<a href="http://example.com/?a=1&b=2&amp;c=3">{clause(rng)}</a>——“引号”…--"x"</p>'
    )


def hidden(rng: Random) -> str:
    return f'<p>{INDENT}{sentence(rng)}</p>\n <p style="display:none;line-height:0"><br/></p>\n <p>{INDENT}<strong>{clause(rng)}</strong></p>'


def unclosed_inline(rng: Random) -> str:
    """The unclosed ``<strong>`` swallows all that follows, the footer included."""
    return f"<p>{INDENT}{sentence(rng)}</p>\n <p>{INDENT}<strong>{clause(rng)}</p>\n <p>{INDENT}{sentence(rng)}</p>"


def unclosed_last(rng: Random) -> str:
    return f"<p>{INDENT}{sentence(rng)}<b>{clause(rng)}</p>"


def bare(rng: Random) -> str:
    """Text with no paragraph round it: kramdown reads it as Markdown."""
    return f"{INDENT}{sentence(rng)}{clause(rng)}。"


def bare_markdown(rng: Random) -> str:
    return f'{INDENT}{clause(rng)}--"x"...*{clause(rng)}*，<b>{clause(rng)}</b>。\n{INDENT}{sentence(rng)}'


def odd_spaces(rng: Random) -> str:
    """Three ideographic spaces in a row, one alone, and Windows line ends."""
    return f"<p>{INDENT}\u3000{sentence(rng)}</p>\r\n<p>\u3000{sentence(rng)}</p>\r\n\r\n<p>{INDENT}{sentence(rng)}</p>"


def nested(rng: Random) -> str:
    return (
        f'<div class="txt"><p>{INDENT}{sentence(rng)}</p><div><p>{INDENT}<span style="color:#f00">{clause(rng)}</span></p></div></div>'
        f"\n <ul><li>{clause(rng)}</li><li>{clause(rng)}</li></ul>\n <h3>{rng.choice(COMPANIES)}</h3><p>{INDENT}{sentence(rng)}</p>"
    )


BODIES: list[Body] = [
    plain, quote_widget, image, table, breaks, entities, hidden, unclosed_inline, unclosed_last,
    bare, bare_markdown, odd_spaces, nested,
]  # fmt: skip


def with_source(body: str, medium: str, rng: Random) -> str:
    """The line that names the medium, as nearly every market answer has it."""
    by = f"<p>□本报记者{rng.choice(AUTHORS)}</p>\n " if rng.random() < 0.3 else ""
    return f'{by}{body}<p class="em_media">（文章来源：{medium}）</p>'
