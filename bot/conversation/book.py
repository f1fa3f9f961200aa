"""The contents made ready for looking things up: which emergency a message is, and which rule it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.archive.terms import question_key
from bot.model.content import Contents, Emergency, Rule

SHORT_CHARS = 20
"""Of a message at most so long a phrase of a rule is enough: a longer one asks for more than that."""

_PARTICLES = re.compile("[吗呢吧啊呀嘛么哦]+$")
_BEFORE_CODE = re.compile("^(?:回复|发送|编号|发)(?=[0-9]+$)")
_CODE = re.compile("[0-9]{2,4}")


class Book:
    """What is fixed, by the words that ask for it. Messages come as question keys."""

    def __init__(self, contents: Contents) -> None:
        """Everything is compiled once: each message is looked up here."""
        self.contents = contents
        self._any_danger = _one_of([word for each in contents.emergencies for word in each.words])
        self._dangers = [(each, _one_of(each.words), _one_of(each.unless)) for each in contents.emergencies]
        self._exact = {_plain(word): rule for rule in contents.rules for word in (*rule.words, rule.code) if word}
        self._phrases = [(rule, _one_of(rule.contains)) for rule in contents.rules if rule.contains]

    def emergency(self, key: str) -> Emergency | None:
        """The first whose words the message holds, and none of the words that show a matter of knowledge."""
        said = key.replace(" ", "")
        if not self._any_danger.search(said):
            return None
        found = (each for each, words, unless in self._dangers if words.search(said) and not unless.search(said))
        return next(found, None)

    def rule(self, key: str) -> Rule | None:
        """The rule that these words, this number, or a phrase in a short message ask for."""
        said = _plain(_BEFORE_CODE.sub("", key.replace(" ", "")))
        if said in self._exact:
            return self._exact[said]
        if len(said) > SHORT_CHARS:
            return None
        return next((rule for rule, phrases in self._phrases if phrases.search(said)), None)

    def is_unknown_code(self, key: str) -> bool:
        """True for a number that could stand on a poster, and stands on none."""
        said = _BEFORE_CODE.sub("", key.replace(" ", ""))
        return bool(_CODE.fullmatch(said)) and said not in self._exact


def _plain(word: str) -> str:
    said = question_key(word).replace(" ", "")
    return _PARTICLES.sub("", said) or said


def _one_of(words: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the words; nothing when there are none."""
    plain = [question_key(word).replace(" ", "") for word in words]
    return re.compile("|".join(re.escape(word) for word in plain if word) or "(?!)")
