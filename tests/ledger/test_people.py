"""People and the failures to log in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotAllowed, NotFound
from bot.ledger import people, trail
from bot.ledger.database import Ledger
from bot.model.people import Role

NOW = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def wang(ledger: Ledger) -> str:
    with ledger.write() as tx:
        people.add(tx, "王编辑", Role.EDITOR, "hash one", NOW)
    return "王编辑"


def test_a_new_person_must_change_the_password(ledger: Ledger, wang: str) -> None:
    with ledger.read() as tx:
        found = people.get(tx, wang)

    assert found is not None
    assert (found.role, found.must_change_password, found.disabled_at) == (Role.EDITOR, True, None)
    assert found.created_at == NOW


def test_nobody_is_found_under_an_unknown_name(ledger: Ledger) -> None:
    with ledger.read() as tx:
        assert people.get(tx, "谁") is None
        assert people.password_hash(tx, "谁") is None


def test_blanks_around_a_name_are_not_part_of_it(ledger: Ledger) -> None:
    with ledger.write() as tx:
        added = people.add(tx, " 王五\u3000", Role.EDITOR, "hash", NOW)

    with ledger.read() as tx:
        assert people.get(tx, "王五") == added


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "零\u200b宽", "命令行", " 命令行 ", "长" * 31])
def test_what_is_no_name_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(NotAllowed, match="例如 张晓雯"), ledger.write() as tx:
        people.add(tx, name, Role.EDITOR, "hash", NOW)

    with ledger.read() as tx:
        assert people.all_(tx) == []


def test_a_disabled_person_can_be_let_in_again(ledger: Ledger, wang: str) -> None:
    with ledger.write() as tx:
        people.disable(tx, wang, NOW)
        people.enable(tx, wang)

    with ledger.read() as tx:
        found = people.get(tx, wang)
    assert found is not None
    assert found.disabled_at is None
    with pytest.raises(NotFound, match="谁"), ledger.write() as tx:
        people.enable(tx, "谁")


def test_a_name_is_given_once(ledger: Ledger, wang: str) -> None:
    with pytest.raises(NotAllowed, match="王编辑"), ledger.write() as tx:
        people.add(tx, wang, Role.LEADER, "other", NOW)

    with ledger.read() as tx:
        assert [person.role for person in people.all_(tx)] == [Role.EDITOR]


def test_a_changed_password_replaces_the_hash(ledger: Ledger, wang: str) -> None:
    with ledger.write() as tx:
        people.set_password(tx, wang, "hash two", must_change=False)

    with ledger.read() as tx:
        found = people.get(tx, wang)
        assert people.password_hash(tx, wang) == "hash two"
    assert found is not None
    assert not found.must_change_password


def test_disabling_twice_keeps_the_first_moment(ledger: Ledger, wang: str) -> None:
    with ledger.write() as tx:
        people.disable(tx, wang, NOW)
        people.disable(tx, wang, NOW + MINUTE)

    with ledger.read() as tx:
        found = people.get(tx, wang)
    assert found is not None
    assert found.disabled_at == NOW


def test_an_unknown_name_cannot_be_changed(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="谁"), ledger.write() as tx:
        people.set_password(tx, "谁", "x", must_change=False)
    with pytest.raises(NotFound, match="谁"), ledger.write() as tx:
        people.disable(tx, "谁", NOW)


def test_failures_count_by_subject_and_time(ledger: Ledger) -> None:
    with ledger.write() as tx:
        people.note_failure(tx, "a", NOW - 20 * MINUTE)
        people.note_failure(tx, "a", NOW - MINUTE)
        people.note_failure(tx, "b", NOW)

    with ledger.read() as tx:
        assert people.failures_since(tx, "a", NOW - 15 * MINUTE) == 1
        assert people.failures_since(tx, "a", NOW - 30 * MINUTE) == 2
        assert people.failures_since(tx, "c", NOW - 30 * MINUTE) == 0


def test_a_failure_taken_back_no_longer_counts(ledger: Ledger) -> None:
    with ledger.write() as tx:
        number = people.note_failure(tx, "a", NOW)
        people.note_failure(tx, "a", NOW)
        people.take_back_failure(tx, number)

        assert people.failures_since(tx, "a", NOW - MINUTE) == 1


def test_clearing_forgets_one_subject_or_what_is_old(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for subject, at in (("a", NOW), ("b", NOW), ("b", NOW - 20 * MINUTE)):
            people.note_failure(tx, subject, at)
        people.clear_failures(tx, "a")
        people.clear_failures_before(tx, NOW - 15 * MINUTE)

        assert people.failures_since(tx, "a", NOW - 60 * MINUTE) == 0
        assert people.failures_since(tx, "b", NOW - 60 * MINUTE) == 1


def test_the_trail_keeps_acts_newest_first_and_by_subject(ledger: Ledger) -> None:
    with ledger.write() as tx:
        trail.add(tx, person="王编辑", action="place", subject="article:a/b", detail={"due": "x"}, now=NOW)
        trail.add(tx, person="李主任", action="withdraw", subject="article:c", detail={}, now=NOW + MINUTE)

        assert [line.action for line in trail.recent(tx, limit=10)] == ["withdraw", "place"]
        assert [line.action for line in trail.recent(tx, limit=1)] == ["withdraw"]
        only = trail.recent(tx, limit=10, subject="article:a/b")
    assert [(line.person, line.at, dict(line.detail)) for line in only] == [("王编辑", NOW, {"due": "x"})]
