"""When to try again, when to say so, when to give up."""

from datetime import UTC, datetime, timedelta

import pytest

from webmail.delivery.schedule import Schedule

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = 3600.0
SCHEDULE = Schedule((300, 900, 1800, 14400), delay_notice=4 * HOUR)
EXPIRES = NOON + timedelta(hours=120)


def pause(after: timedelta, attempts: int, luck: float = 0.5) -> float:
    now = NOON + after
    return (SCHEDULE.next_attempt(now, NOON, EXPIRES, attempts, luck) - now).total_seconds()


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 300), (2, 900), (3, 1800)])
def test_pauses_grow(attempts: int, seconds: float) -> None:
    assert pause(timedelta(), attempts) == pytest.approx(seconds)


def test_the_last_pause_repeats() -> None:
    assert pause(timedelta(hours=10), 4) == pause(timedelta(hours=10), 40) == pytest.approx(14400)


def test_luck_spreads_by_a_tenth() -> None:
    assert pause(timedelta(), 1, 0.0) == pytest.approx(270)
    assert pause(timedelta(), 1, 0.999999) == pytest.approx(330, abs=0.01)


def test_a_try_is_made_when_the_delay_would_be_told_and_when_hope_ends() -> None:
    assert pause(timedelta(hours=3, minutes=50), 9) == pytest.approx(600)
    assert pause(timedelta(hours=119), 40) == pytest.approx(HOUR)


def test_a_pause_of_nothing_is_a_second() -> None:
    eager = Schedule((0,), 10)
    assert eager.next_attempt(NOON, NOON, EXPIRES, 1, 0.5) == NOON + timedelta(seconds=1)


def test_the_delay_is_told_from_its_mark_on_while_there_is_hope() -> None:
    assert not SCHEDULE.tells_delay(NOON + timedelta(hours=3.9), NOON, EXPIRES)
    assert SCHEDULE.tells_delay(NOON + timedelta(hours=4), NOON, EXPIRES)
    assert not SCHEDULE.tells_delay(EXPIRES, NOON, EXPIRES)


def test_hope_ends_at_the_expiry_and_not_before() -> None:
    assert not SCHEDULE.gives_up(EXPIRES - timedelta(seconds=1), EXPIRES)
    assert SCHEDULE.gives_up(EXPIRES, EXPIRES)
