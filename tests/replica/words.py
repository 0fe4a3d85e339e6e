"""Chinese news-like sentences from word lists: plausible in shape, about nobody and nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

COMPANIES = ["青禾材料", "云岭电气", "海拓股份", "北辰智控", "南屿食品", "星桥科技", "远帆物流", "石榴生物"]
SUBJECTS = ["公司管理层", "行业协会", "监管部门", "多家机构", "相关负责人", "市场分析人士", "地方政府", "交易所"]
VERBS = ["表示", "预计", "披露", "强调", "公告称", "回应称", "测算", "指出"]
TOPICS = ["订单", "产能", "研发投入", "海外业务", "库存", "现金流", "原料价格", "用工情况"]
TRENDS = ["稳步回升", "小幅回落", "好于预期", "保持平稳", "较上月改善", "同比增长", "略有承压", "创出新高"]
TAILS = [
    "后续将视情况调整安排",
    "具体数据以公告为准",
    "投资者宜关注风险",
    "有关细则将另行发布",
    "影响仍待进一步观察",
]
AUTHORS = ["甲乙", "丙丁", "戊己", "庚辛"]


def number(rng: Random) -> str:
    """A figure as such texts have it: ``3.72%``, ``12亿元``, ``1,204万吨``."""
    return rng.choice(
        [
            f"{rng.randint(1, 99)}.{rng.randint(10, 99)}%",
            f"{rng.randint(2, 900)}亿元",
            f"{rng.randint(1, 9)},{rng.randint(100, 999)}万吨",
            f"{rng.randint(2, 60)}个基点",
        ]
    )


def clause(rng: Random) -> str:
    """One clause without punctuation at its end."""
    return (
        f"{rng.choice(COMPANIES)}{rng.choice(SUBJECTS)}{rng.choice(VERBS)}"
        f"{rng.choice(TOPICS)}{rng.choice(TRENDS)}，幅度约{number(rng)}"
    )


def sentence(rng: Random) -> str:
    """One whole sentence."""
    return f"{clause(rng)}，{rng.choice(TAILS)}。"


def paragraph(rng: Random, sentences: int = 3) -> str:
    """Some sentences one after the other."""
    return "".join(sentence(rng) for _ in range(sentences))


def headline(rng: Random) -> str:
    """A title without quirks."""
    return f"{rng.choice(COMPANIES)}：{rng.choice(TOPICS)}{rng.choice(TRENDS)} 约{number(rng)}"
