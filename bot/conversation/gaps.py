"""What followers asked in vain."""

from __future__ import annotations

from bot.ledger import questions
from bot.ledger.database import Ledger
from bot.model.questions import Gap


def gaps(ledger: Ledger, limit: int = 100) -> list[Gap]:
    """Questions whose latest asking found no answer: the most asked first, then the latest."""
    with ledger.read() as tx:
        return questions.unanswered(tx, limit=limit)
