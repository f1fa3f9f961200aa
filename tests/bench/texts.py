"""What the archive of the bench holds, and what its followers ask.

Passages of a question-answering set serve as articles, whole and in halves, when a folder with such files is given;
else articles are made up here, which search finds easier than real ones: the first kind of figures is the better one.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATED = "2025-03-01"
_CLAUSE = re.compile("[\u4e00-\u9fa5]{8,24}")
_ASKING = ("为什么{}？", "{}，是真的吗？", "{}是怎么回事", "请问{}", "{}吗", "想知道{}")

_THINGS = """
    隔夜菜 微波炉 充电宝 流感疫苗 紫外线 地震预警 彩虹 台风 雾霾 北斗卫星 量子通信 益生菌 维生素 血压计 安全座椅 电动车 燃气灶 净水器
    空气炸锅 防晒霜 蘑菇 野菜 蜱虫 蝙蝠 候鸟 大熊猫 银杏 水稻 玉米 土壤 黄河 煤矿 太阳能 风力发电 核电站 潮汐 月球 火星 黑洞 流星雨
"""
_SIDES = """
    保存方法 使用期限 常见误区 安全距离 检测标准 形成原因 历史由来 营养成分 过敏反应 儿童防护 老人须知 夏季注意 冬季保养 户外应对
    选购要点 清洗步骤 急救处理 科学原理 未来发展 本地情况 温度影响 辐射强度 发电效率 能量来源 观测时间 繁殖季节 地理分布
"""
_CLAIMS = """
    专家建议先看说明书再动手 实验表明温度越高变化越快 长期如此会影响健康 及时通风能减少大部分风险 一般人群不必过分担心
    数据来自近年的公开监测 不同地区的结果差别很大 正确的做法其实很简单 关键在于控制时间和数量 出现不适应当尽快就医
    这个说法流传已久但并不准确 科学家用了几十年才弄清其中的道理 家里的老人和孩子尤其要留意 它的作用常常被夸大
"""


@dataclass(frozen=True)
class Article:
    """One piece of the archive."""

    id: str
    title: str
    text: str

    def line(self) -> str:
        """As `intake` takes it: a line of JSON."""
        row = {"id": self.id, "title": self.title, "text": self.text, "published": DATED}
        return json.dumps(row, ensure_ascii=False)


@dataclass(frozen=True)
class Texts:
    """Articles, and questions of which none is there twice; `source` says in a sentence where they come from."""

    source: str
    articles: tuple[Article, ...]
    questions: tuple[str, ...]


def from_passages(folder: Path, *, articles: int, questions: int) -> Texts:
    """Passages whole, then in halves; the set's questions first, then clauses of the passages with a question's words.

    Raises FileNotFoundError, in a sentence, when the folder holds no such set.
    """
    passages = [_article(row) for row in _rows(folder, "passages")]
    if not passages:
        raise FileNotFoundError(f"no *-passages.jsonl.gz in {folder}: give the folder of the question set, or none")
    asked = itertools.chain((str(row["q"]) for row in _rows(folder, "questions")), _clauses(passages))
    return Texts(
        f"{len(passages)} passages of {folder.name}, whole and in halves",
        tuple(itertools.islice(itertools.chain(passages, _halves(passages)), articles)),
        _different(asked, questions),
    )


def made_up(*, articles: int, questions: int) -> Texts:
    """Articles and questions about things that the bench knows by name; the same ones at each call."""
    chance = random.Random(1)
    made = [_made_up(number, chance) for number in range(articles)]
    titles = [article.title for article in made]
    chance.shuffle(titles)
    about_titles = (ending.format(title) for ending in ("{}", *_ASKING) for title in titles)
    about_things = (
        f"{thing}的{side}，{claim}吗"
        for claim in _CLAIMS.split()
        for thing in _THINGS.split()
        for side in _SIDES.split()
    )
    asked = itertools.chain(about_titles, about_things)
    return Texts(
        "texts made up by the bench, easier to search than real ones", tuple(made), _different(asked, questions)
    )


def _made_up(number: int, chance: random.Random) -> Article:
    sides, claims = _SIDES.split(), _CLAIMS.split()
    thing, side = chance.choice(_THINGS.split()), chance.choice(sides)
    title = f"{thing}的{side}第{number}问"
    sentences = [f"{title}，先说结论。"]
    sentences += [f"{thing}的{chance.choice(sides)}：{chance.choice(claims)}。" for _ in range(12)]
    return Article(f"made-{number}", title, "".join(sentences))


def _rows(folder: Path, kind: str) -> Iterator[dict[str, object]]:
    for file in sorted(folder.glob(f"*-{kind}.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _article(row: dict[str, object]) -> Article:
    return Article(str(row["id"]), str(row["title"]), str(row["text"]))


def _halves(passages: Iterable[Article]) -> Iterator[Article]:
    for whole in passages:
        middle = len(whole.text) // 2
        yield Article(f"{whole.id}-a", whole.title, whole.text[:middle])
        yield Article(f"{whole.id}-b", whole.title, whole.text[middle:])


def _clauses(passages: list[Article]) -> Iterator[str]:
    chance = random.Random(2)
    found = [clause for passage in passages for clause in _CLAUSE.findall(passage.text)]
    chance.shuffle(found)
    for clause in found:
        yield chance.choice(_ASKING).format(clause)


def _different(asked: Iterable[str], count: int) -> tuple[str, ...]:
    found = tuple(itertools.islice(dict.fromkeys(asked), count))
    if len(found) < count:
        raise ValueError(f"only {len(found)} different questions can be made of these texts; {count} are needed")
    return found


def as_real_ones_repeat(questions: tuple[str, ...], count: int, seed: int) -> tuple[str, ...]:
    """`count` of them by Zipf's law with exponent 1: the second is asked half as often as the first, and so on."""
    weights = [1 / rank for rank in range(1, len(questions) + 1)]
    return tuple(random.Random(seed).choices(questions, weights, k=count))
