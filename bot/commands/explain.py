"""`ask --explain`: how a message came to its reply, for an editor to read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.archive.explained import Candidate, Explanation
from bot.archive.rank import Marks
from bot.config import Answers
from bot.conversation.receive import Conversation
from bot.conversation.route import Intent

CANDIDATES = 5

_WAYS = {
    Intent.EMERGENCY: "紧急提示“{name}”：先说固定的话，再附文章",
    Intent.RULE: "关键词“{name}”：不检索",
    Intent.QUESTION: "当作问题去找文章",
    Intent.COLUMN: "栏目名：列出这个栏目的新文章",
}


def lines(conversation: Conversation, question: str, limits: Answers) -> Iterator[str]:
    """The way of the message, line by line: what it was taken for, and how the archive's articles fared."""
    intent, name = conversation.way(question)
    yield f"办法：{_WAYS.get(intent, '固定的回复').format(name=name)}"
    if intent not in (Intent.QUESTION, Intent.EMERGENCY):
        return
    found = conversation.explain(question)
    yield from _terms(found)
    for number, candidate in enumerate(found.candidates[:CANDIDATES], 1):
        yield from _candidate(number, candidate, heard=bool(found.heard))
    yield _verdict(found, limits)


def _terms(found: Explanation) -> Iterator[str]:
    yield f"要找的：{found.trimmed or found.key}"
    for term in found.terms:
        note = "，同义词" if term.stands_in else ""
        yield f"  {term.written}  {term.documents} 篇有，稀有程度 {term.rarity:.2f}，分量 {term.weight:.2f}{note}"
    for word, others in found.others:
        yield f"“{word}”也当作：{'、'.join(others)}"
    if found.repaired:
        yield f"也许打错了，再按这样找：{found.repaired}"
    if found.heard:
        yield f"字面上找不全，再按读音找：{found.heard}"


def _candidate(number: int, candidate: Candidate, *, heard: bool) -> Iterator[str]:
    unmet = "，问的是价钱、品牌、时间之类，文中没有" if candidate.unmet else ""
    yield f"{number}. {candidate.document.title}（{candidate.document.id}）把握 {candidate.coverage:.2f}{unmet}"
    yield f"   按字面：{_marks(candidate.plain)}"
    if heard:
        yield f"   按读音：{_marks(candidate.heard)}"


def _marks(marks: Marks) -> str:
    return f"最合的一段 {marks.window:.2f}，标题 {marks.head:.2f}，主题 {marks.about:.2f}，bm25 {marks.bm25:.2f}"


def _verdict(found: Explanation, limits: Answers) -> str:
    best = found.candidates[0].coverage if found.candidates else 0.0
    if best >= limits.threshold:
        return f"结果：把握 {best:.2f} 不低于 {limits.threshold}，作为回答。"
    if best >= limits.suggest_threshold:
        return f"结果：把握 {best:.2f} 不到 {limits.threshold}，问“你是不是想问”。"
    return f"结果：把握 {best:.2f} 不到 {limits.suggest_threshold}，说没有。"
