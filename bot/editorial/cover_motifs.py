"""Small motifs for the subject of a cover, and which words of a title ask for which.

Each is drawn within a circle of radius 1 around (0, 0), x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin

from bot.editorial.cover_pen import Point, Stamp, around, cog, oval, tear

Motif = Callable[[Stamp], None]


def atom(on: Stamp) -> None:
    """A nucleus in three orbits."""
    for number in range(3):
        on.line(oval((0, 0), 0.95, 0.36, 30 + number * 60), on.main, thick=0.075)
    on.disc((0, 0), 0.2, on.accent)
    for number in range(3):
        on.disc(around((0, 0), 0.95, 30 + number * 120), 0.11, on.main)


def bolt(on: Stamp) -> None:
    """Lightning."""
    on.shape([(0.22, -1), (-0.55, 0.14), (-0.06, 0.14), (-0.24, 1), (0.56, -0.24), (0.06, -0.24)], on.main)
    on.disc((0.62, 0.4), 0.1, on.accent)
    on.disc((-0.56, -0.44), 0.1, on.accent)


def book(on: Stamp) -> None:
    """An open book."""
    on.shape([(-0.95, -0.5), (-0.04, -0.26), (-0.04, 0.66), (-0.95, 0.42)], on.main)
    on.shape([(0.95, -0.5), (0.04, -0.26), (0.04, 0.66), (0.95, 0.42)], on.second)
    on.shape([(0.46, -0.37), (0.68, -0.43), (0.68, 0.16), (0.57, 0.06), (0.46, 0.22)], on.accent)
    for height in (-0.14, 0.06, 0.26):
        on.line([(-0.78, height - 0.09), (-0.22, height + 0.06)], on.back, thick=0.06)


def bowl(on: Stamp) -> None:
    """A bowl with steam over it."""
    on.half((0, 0.06), 0.86, 0, on.main)
    on.block((0, 0.86), 0.72, 0.16, on.second)
    for number in (-1, 0, 1):
        left = number * 0.36
        steam = [(left + 0.09 * sin(step), -0.2 - step * 0.115) for step in [part / 4 for part in range(25)]]
        on.line(steam, on.accent, thick=0.09)


def bridge(on: Stamp) -> None:
    """An arched bridge over water."""
    on.half((0, 0.36), 0.84, 180, on.main)
    on.half((0, 0.36), 0.56, 180, on.back)
    for left in (-0.42, -0.14, 0.14, 0.42):
        on.line([(left, 0.3), (left, -0.2)], on.main, thick=0.06)
    on.block((0, 0.36), 2, 0.16, on.main)
    wave_line(on, 0.7, on.accent)


def bubble(on: Stamp) -> None:
    """Something said, of which three dots are known."""
    on.block((0, -0.12), 1.8, 1.2, on.main, corner=0.34)
    on.shape([(-0.5, 0.4), (-0.52, 0.95), (0.05, 0.4)], on.main)
    for left, fill in ((-0.44, on.second), (0.0, on.accent), (0.44, on.second)):
        on.disc((left, -0.12), 0.15, fill)


def chip(on: Stamp) -> None:
    """A chip with its pins."""
    for place in (-0.4, 0.0, 0.4):
        on.line([(-0.92, place), (0.92, place)], on.second, thick=0.11)
        on.line([(place, -0.92), (place, 0.92)], on.second, thick=0.11)
    on.block((0, 0), 1.34, 1.34, on.main, corner=0.16)
    on.block((0, 0), 0.62, 0.62, on.accent, corner=0.08)


def cloud(on: Stamp) -> None:
    """A cloud before the sun."""
    on.disc((0.36, -0.34), 0.44, on.accent)
    for left, top, radius in ((-0.46, 0.2, 0.38), (0.0, -0.02, 0.5), (0.5, 0.24, 0.34)):
        on.disc((left, top), radius, on.main)
    on.block((0.0, 0.4), 1.64, 0.36, on.main, corner=0.18)


def coil(on: Stamp) -> None:
    """A coil of thin sheet."""
    for radius, fill in ((0.86, on.main), (0.68, on.second), (0.56, on.main), (0.38, on.back)):
        on.disc((-0.12, -0.06), radius, fill)
    on.ring((-0.12, -0.06), 0.26, on.accent, thick=0.1)
    on.shape([(-0.12, 0.7), (1.1, 0.7), (1.0, 0.8), (-0.12, 0.8)], on.main)


def dish(on: Stamp) -> None:
    """A radio dish that listens."""
    on.half((0, -0.1), 0.86, 0, on.main)
    for side in (-1, 1):
        on.line([(side * 0.8, -0.12), (0, -0.62)], on.second, thick=0.05)
    on.line([(0, -0.62), (0, -0.1)], on.second, thick=0.05)
    on.disc((0, -0.66), 0.15, on.accent)
    on.shape([(-0.14, 0.66), (0.14, 0.66), (0.42, 0.98), (-0.42, 0.98)], on.second)


def drop(on: Stamp) -> None:
    """A drop with light in it."""
    on.shape(tear((0, 0), 0.98), on.main)
    on.disc((0, 0.42), 0.26, on.accent)


def flame(on: Stamp) -> None:
    """A flame."""
    on.shape(tear((0.04, 0), 0.98, 0.13), on.main)
    on.shape(tear((0.02, 0.4), 0.56, 0.08), on.accent)


def flask(on: Stamp) -> None:
    """A flask with a sample in it."""
    on.shape([(-0.2, -0.86), (0.2, -0.86), (0.2, -0.24), (0.82, 0.86), (-0.82, 0.86), (-0.2, -0.24)], on.main)
    on.shape([(-0.34, 0.24), (0.34, 0.24), (0.62, 0.74), (-0.62, 0.74)], on.accent)
    on.block((0, -0.88), 0.62, 0.16, on.second, corner=0.08)
    for place, radius in (((-0.12, 0.56), 0.1), ((0.2, 0.44), 0.07)):
        on.disc(place, radius, on.main)


def fruit(on: Stamp) -> None:
    """A fruit with its leaf."""
    for side in (-1, 1):
        on.disc((side * 0.27, 0.24), 0.6, on.main)
    on.line([(0, -0.2), (0.05, -0.72)], on.second, thick=0.1)
    on.blade((0.05, -0.44), 0.66, -32, on.accent)


def gear(on: Stamp) -> None:
    """A gear wheel."""
    on.shape(cog((0, 0), 0.96, 9, 0.2), on.main)
    on.disc((0, 0), 0.42, on.back)
    on.disc((0, 0), 0.2, on.accent)


def grain(on: Stamp) -> None:
    """An ear of wheat."""
    on.line([(0, 1), (0, -0.5)], on.second, thick=0.07)
    for number, height in enumerate((0.42, 0.12, -0.18, -0.48)):
        for side in (-1, 1):
            on.blade((side * 0.03, height), 0.54 - number * 0.03, -90 + side * 38, on.main, wide=0.26)
    on.blade((0, -0.5), 0.5, -90, on.accent, wide=0.26)


def heart(on: Stamp) -> None:
    """A heart with its beat."""
    turns = [2 * pi * step / 72 for step in range(72)]
    on.shape([_heart(turn) for turn in turns], on.main)
    beat: list[Point] = [(-0.62, 0), (-0.26, 0), (-0.1, -0.3), (0.12, 0.3), (0.26, 0), (0.62, 0)]
    on.line(beat, on.accent, thick=0.11)


def _heart(turn: float) -> Point:
    across = sin(turn) ** 3
    down = sum(part * sin(turn * times + pi / 2) for part, times in ((-13, 1), (5, 2), (2, 3), (1, 4)))
    return 0.96 * across, down / 17 + 0.02


def leaf(on: Stamp) -> None:
    """A leaf with its vein."""
    on.blade((-0.72, 0.72), 2.02, -45, on.main, wide=0.25)
    on.line([(-0.86, 0.86), (0.3, -0.3)], on.accent, thick=0.07)


def molecule(on: Stamp) -> None:
    """A ring of atoms."""
    corners = [around((0, 0), 0.56, number * 60 - 90) for number in range(6)]
    on.line([*corners, corners[0]], on.main, thick=0.1)
    for number, corner in enumerate(corners):
        if number % 2 == 0:
            far = around((0, 0), 0.88, number * 60 - 90)
            on.line([corner, far], on.main, thick=0.1)
            on.disc(far, 0.17, on.accent if number == 0 else on.main)
        on.disc(corner, 0.15, on.main)


def pillars(on: Stamp) -> None:
    """Pillars in an arc, and the sun in one gap."""
    on.disc((0.0, -0.14), 0.4, on.accent)
    for number in range(-3, 4):
        top = -0.5 + 0.05 * number * number
        on.block((number * 0.3, (top + 1) / 2), 0.17, 1 - top, on.main)


def planet(on: Stamp) -> None:
    """A planet in its ring, one side in the shade."""
    ring = oval((0, 0), 1.04, 0.3, -22)
    on.line(ring, on.second, thick=0.09)
    on.disc((0, 0), 0.62, on.main)
    on.half((0, 0), 0.62, -60, on.second)
    on.line(ring[:37], on.accent, thick=0.1)


def quake(on: Stamp) -> None:
    """A tremor as it is written."""
    heights = (0, 0, -0.16, 0.2, -0.5, 0.78, -0.86, 0.5, -0.3, 0.14, 0, 0)
    on.line([(-0.98 + number * 0.178, height) for number, height in enumerate(heights)], on.main, thick=0.11)


def rocket(on: Stamp) -> None:
    """A rocket that has left the ground."""
    for side in (-1, 1):
        on.shape([(side * 0.26, 0.1), (side * 0.64, 0.62), (side * 0.2, 0.48)], on.second)
    on.shape([(x, 1.16 - y) for x, y in tear((0, 0.46), 0.34)], on.accent)
    on.shape([(x * 0.86, y) for x, y in oval((0, -0.22), 0.4, 0.78)], on.main)
    on.disc((0, -0.3), 0.15, on.back)


def ship(on: Stamp) -> None:
    """A ship on its way."""
    on.block((0.2, -0.42), 0.22, 0.6, on.accent)
    on.block((0, -0.06), 1.0, 0.32, on.second)
    on.shape([(-0.98, 0.08), (0.98, 0.08), (0.7, 0.56), (-0.68, 0.56)], on.main)
    wave_line(on, 0.78, on.second)


def snow(on: Stamp) -> None:
    """A snow crystal."""
    for number in range(6):
        turn = number * 60 - 90
        on.line([(0, 0), around((0, 0), 0.92, turn)], on.main, thick=0.1)
        for side in (-1, 1):
            root = around((0, 0), 0.52, turn)
            on.line([root, around(root, 0.3, turn + side * 52)], on.main, thick=0.09)
    on.disc((0, 0), 0.16, on.accent)


def sprout(on: Stamp) -> None:
    """A sprout with two leaves."""
    on.line([(0, 0.96), (0, -0.1)], on.second, thick=0.11)
    on.blade((0, 0.06), 1.02, -142, on.main, wide=0.27)
    on.blade((0, -0.1), 1.06, -46, on.accent, wide=0.27)


def star(on: Stamp) -> None:
    """A star of four rays."""
    points = [around((0, 0), 1.0 if number % 2 == 0 else 0.3, number * 45 - 90) for number in range(8)]
    on.shape(points, on.main)
    on.disc((0.66, -0.62), 0.13, on.accent)
    on.disc((-0.62, 0.64), 0.09, on.accent)


def submarine(on: Stamp) -> None:
    """A submarine under the waves."""
    wave_line(on, -0.72, on.second)
    on.shape([(0.72, 0.24), (1.04, -0.06), (1.04, 0.54)], on.second)
    on.block((-0.14, -0.14), 0.36, 0.5, on.main, corner=0.1)
    on.block((-0.04, 0.24), 1.76, 0.62, on.main, corner=0.31)
    for left in (-0.5, -0.12, 0.26):
        on.disc((left, 0.22), 0.11, on.accent)


def sun(on: Stamp) -> None:
    """The sun with its rays."""
    on.disc((0, 0), 0.5, on.accent)
    for number in range(12):
        on.line([around((0, 0), 0.68, number * 30), around((0, 0), 0.94, number * 30)], on.main, thick=0.09)


def tick(on: Stamp) -> None:
    """A tick: that is right."""
    on.line([(-0.7, 0.04), (-0.2, 0.56), (0.74, -0.52)], on.main, thick=0.26)


def tracks(on: Stamp) -> None:
    """The tracks that four pieces of a nucleus left, grain by grain."""
    for degrees, grains in ((-58, 7), (104, 7), (8, 5), (196, 4)):
        for place in range(2, grains + 2):
            on.disc(around((0, 0), place * 0.125, degrees), 0.062, on.main)
    on.disc((0, 0), 0.18, on.accent)


def wave(on: Stamp) -> None:
    """Three waves."""
    for height, fill in ((-0.5, on.second), (0.0, on.main), (0.5, on.accent)):
        wave_line(on, height, fill, thick=0.17)


def wave_line(on: Stamp, height: float, fill: tuple[int, int, int], *, thick: float = 0.09) -> None:
    """One wave across, at a height."""
    along = [-0.92 + step * 0.046 for step in range(41)]
    on.line([(left, height + 0.11 * sin(left * 7)) for left in along], fill, thick=thick)


# The first line whose words a title holds names its motif: narrow words stand before wide ones.
WORDS: tuple[tuple[Motif, str], ...] = (
    (pillars, "陶寺 观象台 遗址 古人"),
    (submarine, "潜艇 下潜 深潜"),
    (dish, "天眼 望远镜 射电 雷达"),
    (rocket, "火箭 航天 嫦娥 天问 天宫 导弹 卫星"),
    (tracks, "显微镜 裂变 粒子 细菌 病毒"),
    (bubble, "大模型 人工智能 AI 聊天 谣言 换脸"),
    (coil, "钢"),
    (quake, "地震 震"),
    (bolt, "电 雷 5G 辐射 微波"),
    (flame, "一氧化碳 煤 火 燃 炭 炉 烟 烫"),
    (atom, "原子 量子 氢弹 聚变 核物理 核能"),
    (chip, "芯片 计算 手机 网络 数据 脑机"),
    (ship, "归国 回国 船"),
    (heart, "心脏 心梗 血压 血管 血糖 糖尿病 急救"),
    (grain, "麦 玉米 谷 稻 种子 粮 杂交 田"),
    (fruit, "苹果 梨 枣 桃 葡萄 柿 水果 果树 果园"),
    (bowl, "隔夜 饭 菜 粥 食 吃 饺 锅"),
    (flask, "样品 实验 试验 药 化学 检测 维生素"),
    (molecule, "分子 亚硝酸 抗生素 疫苗 糖 盐 蛋白"),
    (wave, "壶口 瀑布 河 泉 湖 海 洪 溺水 水库 湿地"),
    (snow, "雪 寒 冻 霜 冬 冰"),
    (cloud, "云 气象 天气 雨 雾 霾"),
    (drop, "水 醋 油 奶 酒 汗"),
    (sun, "太阳 夏 暑 日出 晒 高温"),
    (leaf, "树 叶 草 茶 植物 森林 花"),
    (sprout, "春 苗 芽"),
    (star, "星 宇宙 月亮 天文"),
    (bridge, "桥 铁路 公路 交通 低空"),
    (gear, "机器 工程 制造 发明 工匠"),
    (book, "书 课 学生 日记"),
)


def motif_of(title: str) -> Motif | None:
    """The motif that a title asks for; None when it names nothing that is drawn."""
    return next((motif for motif, words in WORDS if any(word in title for word in words.split())), None)
