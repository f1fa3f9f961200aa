"""What is said, in one place: the same words every time, short and plain, never pretending to be a person."""

from __future__ import annotations

WELCOME = "欢迎关注{account}。有科学上的疑问，直接发来就行。"
WELCOME_LIKE = "欢迎关注{account}。有科学上的疑问，直接发来就行，比如："
HELP = "把想知道的事直接发来，我会从审定过的科普文章里找答案。"
EXAMPLES = "可以这样问："
COLUMNS = "也可以看栏目："
BULLET = "· "  # before each line to tap: a long one wraps, and the next must not look like a part of it
BETWEEN = " · "
NO_MATCH = "这个问题还没有审定过的文章能回答，已经记下了。"
ALSO_ASK = "可以换个说法，或者看看这些："
THANKS = "不客气。有想知道的，随时发来。"
WORDLESS = "没有看懂这条消息，用一句话写下想知道的事就行。"
PICTURE = "图片收到了，不过我只看得懂文字。用一句话写下想知道的事就行。"
VOICE = "语音收到了，不过我只看得懂文字。用一句话写下想知道的事就行。"
OTHER = "收到了，不过我只看得懂文字。用一句话写下想知道的事就行。"
LATER = "现在有点忙，没有查成。请过一会儿再发一次。"
FOUND = "找到 {n} 篇："
COLUMN_NEWS = "{column}的新文章："
COLUMN_EMPTY = "{column}还没有可以看的文章。"
ABOUT = "（{column} · {date}）"
ABOUT_WITHOUT_COLUMN = "（{date}）"
