"""What a platform cannot be asked for is refused in a sentence, before anything is started or emptied."""

from pathlib import Path

import pytest

from stepwell_devstack.__main__ import main


@pytest.mark.parametrize("command", ["run", "demo"])
@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--day", "2m", "a day is a number of wall seconds, such as 0.5s"),
        ("--day", "", "a day is a number of wall seconds, such as 0.5s"),
        *(
            ("--day", day, "a day lasts between 0.1 and 86400 wall seconds")
            for day in ("0", "0s", "-1", "nan", "inf", "1e-9", "86401")
        ),
        ("--patients", "-1", "patients are 0 or more"),
        ("--patients", "many", "patients are a whole number"),
        ("--seed", "x", "invalid int value: 'x'"),
        ("--until", "year", "invalid choice: 'year' (choose from"),
    ],
)
def test_what_cannot_be_simulated_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, option: str, value: str, sentence: str
) -> None:
    refused(tmp_path, capsys, command, option, value, sentence)


@pytest.mark.parametrize("patients", ["0", "2", "7"])
def test_a_demo_has_room_for_every_course(tmp_path: Path, capsys: pytest.CaptureFixture[str], patients: str) -> None:
    refused(tmp_path, capsys, "demo", "--patients", patients, "every course is among them from 8 patients on")


def refused(
    home: Path, capsys: pytest.CaptureFixture[str], command: str, option: str, value: str, sentence: str
) -> None:
    kept = home / "kept"
    kept.touch()
    with pytest.raises(SystemExit) as ended:
        main([command, "--home", str(home), f"{option}={value}"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert f"error: argument {option}: {sentence}" in said
    assert "Ends" not in said
    assert list(home.iterdir()) == [kept]
