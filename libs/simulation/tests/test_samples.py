"""Intervals of shares and medians, by worked examples."""

import pytest

from stepwell_simulation.samples import ClusteredShare, Median, Share


def test_a_share_has_the_exact_interval() -> None:
    """Newcombe 1998, table I: 81 of 263 is 0.3080, by the method of Clopper and Pearson 0.2527 to 0.3676."""
    estimate = Share(81, 263).estimate(0.95)
    assert estimate.value == pytest.approx(30.80, abs=0.005)
    assert estimate.interval == pytest.approx((25.27, 36.76), abs=0.005)
    assert estimate.size == 263


def test_none_and_all_have_one_open_side() -> None:
    """Of ten none: the upper limit at 95 % is 1 - 0.025 ** 0.1."""
    assert Share(0, 10).estimate(0.95).interval == pytest.approx((0, 30.85), abs=0.005)
    assert Share(10, 10).estimate(0.95).interval == pytest.approx((69.15, 100), abs=0.005)


def test_a_share_of_nothing_says_nothing() -> None:
    assert Share(0, 0).estimate(0.99).interval is None
    assert ClusteredShare([(3, 4)]).estimate(0.99).interval is None
    assert Median([]).estimate(0.99).value is None


def test_patients_who_are_alike_inside_make_the_interval_wider() -> None:
    alike = ClusteredShare([(10, 10)] * 30 + [(0, 10)] * 10).estimate(0.95)
    mixed = ClusteredShare([(8, 10), (7, 10)] * 20).estimate(0.95)
    assert alike.value == mixed.value == 75.0
    assert alike.interval is not None
    assert mixed.interval is not None
    assert alike.interval == pytest.approx((75 - 13.6, 75 + 13.6), abs=0.1)
    assert mixed.interval[1] - mixed.interval[0] < 4


def test_a_median_lies_between_two_order_statistics() -> None:
    """With 100 values the 95 % interval runs from the 40th to the 61st (Conover 1999, section 3.2)."""
    estimate = Median(list(range(1, 101))).estimate(0.95)
    assert (estimate.value, estimate.interval) == (50.5, (40.0, 61.0))


def test_a_few_values_give_no_interval() -> None:
    assert Median([1, 2, 3]).estimate(0.99).interval is None
