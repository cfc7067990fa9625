"""What nobody could run is refused before anything is started or deleted."""

from pathlib import Path

import pytest

from stepwell_devstack import __main__ as program
from stepwell_devstack.demo import Demo, run_demo
from stepwell_devstack.home import Home
from stepwell_kernel.errors import Invalid


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--day", "2m"],
        ["run", "--day", "0"],
        ["run", "--patients", "-1"],
        ["run", "--seed", "first"],
        ["demo", "--until", "year"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_with_the_option(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["stepwell_devstack", *arguments])
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == 2
    assert f"error: argument {arguments[1]}: " in capsys.readouterr().err


async def test_too_few_patients_leave_the_last_demonstration_where_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path / "demo")
    home.data.mkdir(parents=True)
    with pytest.raises(Invalid) as refused:
        await run_demo(home, Demo(patients=2, seed=1, day_s=0.5, until="closed"))
    assert refused.value.code == "too_few_patients"
    assert home.data.exists()
