"""Every error that the bot raises on purpose.

BotError                    its text is a plain Chinese sentence that the person on duty can act on
├── ConfigError             a setting or a secret is missing, unknown or wrong
├── NotAllowed              this person may not do this, or the state has no such move
├── NotFound                the thing named does not exist
├── DecodeError             a webhook body that is not WeChat's, or not for us (`reason` is the counter's name)
├── ManuscriptError         one manuscript cannot be taken in
├── ContentError            a content file (texts, rules, menu, synonyms) cannot be used as it is written
├── LedgerError             the ledger cannot be used: not migrated, newer than this program, unwritable
│   └── LedgerBusy          somebody else writes: again later
├── ArchiveError            the archive cannot be used, and could not be rebuilt
├── OutletRefused           WeChat answered with an error code
└── OutcomeUnknown          WeChat may or may not have handled the call: ask before doing it again
"""

from __future__ import annotations

from enum import StrEnum


class BotError(Exception):
    """Base of all; `str(error)` is the sentence for a person."""


class ConfigError(BotError):
    """A setting or a secret is missing, unknown or wrong; the text names key, problem and example."""


class NotAllowed(BotError):
    """This person may not do this, or the state has no such move."""


class NotFound(BotError):
    """The thing named does not exist."""


class DecodeError(BotError):
    """A webhook body that is not WeChat's, or not meant for this account."""

    def __init__(self, reason: str, status: int, said: str) -> None:
        """`reason`: short English name of the counter; `status`: the HTTP status, always 4xx."""
        super().__init__(said)
        self.reason = reason
        self.status = status


class ManuscriptError(BotError):
    """One manuscript cannot be taken in; the text names the field or line and what to write instead."""


class ContentError(BotError):
    """A content file cannot be used as it is written; the text names the place and what to write instead."""


class LedgerError(BotError):
    """The ledger cannot be used as it is."""


class LedgerBusy(LedgerError):
    """Another writer held the ledger for too long; nothing was changed, a later try may succeed."""


class ArchiveError(BotError):
    """The archive cannot be used, and rebuilding it did not help."""


class Remedy(StrEnum):
    """What helps against an error code of WeChat's."""

    RETRY_NOW = "retry_now"  # WeChat was busy: again at once, three times at most
    RETRY_LATER = "retry_later"  # a quota or a rhythm: again after `retry_after_s`
    PERMANENT = "permanent"  # this request will never pass as it is
    HUMAN = "human"  # somebody has to change something in WeChat's back office
    FOLLOWER = "follower"  # only the follower can change it


class OutletRefused(BotError):
    """WeChat answered with an error code: nothing was done."""

    def __init__(self, said: str, *, code: int, remedy: Remedy, retry_after_s: int = 0) -> None:
        """`said`: what happened and what to do, in Chinese, with the code; never a token or a secret."""
        super().__init__(said)
        self.code = code
        self.remedy = remedy
        self.retry_after_s = retry_after_s


class OutcomeUnknown(BotError):
    """No usable answer came back: the call may have been handled, or not."""
