"""Footnotes in Markdown: `[^1]` in the text, `[^1]: …` on a line of its own. The parser reads them by two rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MARK = "footnote"  # the type of the token that stands for `[^1]`; its content is the note's own Markdown
_KEPT = "footnotes"  # in the parser's env: label → Markdown
_LABEL = r"\[\^([^\]\s]{1,100})\]"
_DEFINITION = re.compile(_LABEL + r":[ \t]*(.*)")
_REFERENCE = re.compile(_LABEL)
_CODE_INDENT = 4


def add_footnotes(parser: MarkdownIt) -> MarkdownIt:
    """The same parser, which now reads footnotes; one without its text stays as it was written."""
    # Before `reference`, which would take `[^1]: https://…` for the address of a link named "^1".
    parser.block.ruler.before("reference", "footnote_text", _text, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_mark", _mark)
    return parser


def loose_ends(parser: MarkdownIt, text: str) -> tuple[list[str], list[str]]:
    """(labels of marks that have no text, labels of texts that no mark leads to), each in order."""
    env: dict[str, Any] = {}
    children = [child for token in parser.parse(text, env) for child in token.children or ()]
    written = [label for child in children if child.type == "text" for label in _REFERENCE.findall(child.content)]
    used = {child.meta["label"] for child in children if child.type == MARK}
    return list(dict.fromkeys(written)), [label for label in env.get(_KEPT, {}) if label not in used]


def _text(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    found = _DEFINITION.match(_line(state, start)) if state.sCount[start] - state.blkIndent < _CODE_INDENT else None
    if found is None or state.level:
        return False
    if silent:
        return True
    last = _last_line(state, start)
    words = [found[2], *(_line(state, line) for line in range(start + 1, last + 1))]
    notes: dict[str, str] = state.env.setdefault(_KEPT, {})
    notes.setdefault(found[1], "\n".join(filter(None, (each.strip() for each in words))))
    state.line = last + 1
    return True


def _last_line(state: StateBlock, start: int) -> int:
    """The line that the note ends with: its paragraph, and after a blank line whatever is indented as code would be."""
    ends: Sequence[Any] = state.md.block.ruler.getRules("paragraph")
    last, is_after_blank = start, False
    for line in range(start + 1, state.lineMax):
        is_indented = state.sCount[line] - state.blkIndent >= _CODE_INDENT
        if state.isEmpty(line):
            is_after_blank = True
            continue
        if not is_indented and (is_after_blank or any(rule(state, line, state.lineMax, True) for rule in ends)):
            break
        last, is_after_blank = line, False
    return last


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _mark(state: StateInline, silent: bool) -> bool:
    found = _REFERENCE.match(state.src, state.pos)
    notes = state.env.get(_KEPT, {})
    if found is None or not notes.get(found[1]):
        return False
    if not silent:
        token = state.push(MARK, "", 0)
        token.content = notes[found[1]]
        token.meta = {"label": found[1]}
    state.pos = found.end()
    return True
