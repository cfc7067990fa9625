"""How long a day lasts, as people write it."""

import pytest

from stepwell_kernel.errors import Invalid
from stepwell_simulation.days import day_seconds


@pytest.mark.parametrize(("text", "seconds"), [("0.5s", 0.5), ("120", 120.0), (" 2s ", 2.0), ("86400", 86_400.0)])
def test_seconds_are_told_with_or_without_their_unit(text: str, seconds: float) -> None:
    assert day_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "2m", "s", "0", "0.01s", "-1", "86401", "nan", "inf"])
def test_a_day_that_nobody_could_live_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        day_seconds(text)
    assert refused.value.code == "no_such_day"
