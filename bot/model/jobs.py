"""What WeChat says of a job it has accepted: a publication or a mass send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class JobState(StrEnum):
    """How far WeChat is with a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"  # done, and removed afterwards by a person or the platform


@dataclass(frozen=True, slots=True)
class Job:
    """The state of a job; `urls` by position, from 0, as far as WeChat gives them."""

    state: JobState
    said: str = ""  # in Chinese, without a full stop: what went wrong
    urls: Mapping[int, str] = field(default_factory=dict)
    article_id: str | None = None


class JobKind(StrEnum):
    """Which call started the job."""

    PUBLISH = "publish"
    MASS = "mass"


@dataclass(frozen=True, slots=True)
class JobFinished:
    """The event by which WeChat tells of a job's end; `id` is the job's publish_id or msg_id."""

    kind: JobKind
    id: str
    job: Job
