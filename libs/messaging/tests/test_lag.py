import time

from stepwell_messaging.lag import Lag

NEW = Lag("stepwell.intake.patient", 3, 0)


def measured(lag: Lag, events: int, applied_ms: int, now_ms: int) -> Lag:
    return lag.measured(events=events, applied_ms=applied_ms, now_ms=now_ms)


def test_a_partition_that_was_quiet_is_behind_since_it_was_last_caught_up_with() -> None:
    quiet = measured(measured(NEW, 0, 0, 1_000), 0, 0, 60_000)
    assert measured(quiet, 2, 0, 60_200).since_ms == 60_000


def test_what_waits_came_after_the_newest_record_that_was_applied() -> None:
    caught_up = measured(NEW, 0, 1_000, 2_000)
    assert measured(measured(caught_up, 5, 9_000, 12_000), 3, 0, 13_000).since_ms == 9_000


def test_nothing_that_waits_is_no_lag_whatever_was_applied_last() -> None:
    assert measured(NEW, 0, 1_000, 2_000).seconds == 0.0


def test_a_lag_is_unknown_until_something_was_applied() -> None:
    assert measured(NEW, 4, 0, 2_000).seconds == 0.0


def test_the_seconds_count_from_when_what_waits_came() -> None:
    now_ms = int(time.time() * 1000)
    early, late = measured(NEW, 1, now_ms - 90_000, now_ms), measured(NEW, 1, now_ms - 7_000, now_ms)
    assert early.seconds > 90.0 > late.seconds >= 7.0
