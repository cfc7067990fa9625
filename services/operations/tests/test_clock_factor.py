"""How fast domain time runs, by the clock's file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stepwell_kernel.clock import WallClock
from stepwell_operations.clock_factor import clock_factor
from stepwell_runtime.clock import FileClock


@pytest.mark.parametrize(
    ("segments", "factor"),
    [([], 1.0), ([(-60, 43_200.0)], 43_200.0), ([(-60, 43_200.0), (-5, 0.0)], 0.0), ([(-60, 2.0), (60, 9.0)], 2.0)],
    ids=["wall time", "scaled", "standing still", "not yet begun"],
)
def test_the_segment_that_has_begun_counts(tmp_path: Path, segments: list[tuple[int, float]], factor: float) -> None:
    now = datetime.now(UTC)
    file = tmp_path / "clock.jsonl"
    file.write_text(
        "".join(
            json.dumps(
                {
                    "wall_from": (now + timedelta(seconds=begins)).isoformat(),
                    "domain_from": now.isoformat(),
                    "factor": one,
                }
            )
            + "\n"
            for begins, one in segments
        )
    )
    assert clock_factor(FileClock(file))() == factor


def test_wall_time_runs_as_it_does() -> None:
    assert clock_factor(WallClock())() == 1.0
