import time

from stepwell_messaging.lag import Lag

NEW = Lag("stepwell.intake.patient", 3, 0)


def test_a_partition_that_was_quiet_is_behind_since_it_was_last_caught_up_with() -> None:
    quiet = NEW.measured(0, 0, 1_000).measured(0, 0, 60_000)
    assert quiet.measured(2, 0, 60_200).since_ms == 60_000


def test_what_waits_came_after_the_newest_record_that_was_applied() -> None:
    caught_up = NEW.measured(0, 1_000, 2_000)
    assert caught_up.measured(5, 9_000, 12_000).measured(3, 0, 13_000).since_ms == 9_000


def test_nothing_that_waits_is_no_lag_whatever_was_applied_last() -> None:
    assert NEW.measured(0, 1_000, 2_000).seconds == 0.0


def test_a_lag_is_unknown_until_something_was_applied() -> None:
    assert NEW.measured(4, 0, 2_000).seconds == 0.0


def test_the_seconds_grow_while_records_wait() -> None:
    written_ms = int(time.time() * 1000) - 7_000
    assert 7.0 <= NEW.measured(1, written_ms, written_ms + 7_000).seconds < 30.0
