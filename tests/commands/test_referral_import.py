"""`stepwell referrals import` against intake: what is sent, what is refused, and going on after a cut."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client import CollectorRegistry

from services.intake.tests.bundles import bundle, changed
from services.intake.tests.desk import COORDINATOR, Desk, Keys, open_desk
from stepwell_clients.intake import IntakeClient
from stepwell_clients.tokens import PersonToken
from stepwell_clients.transport import Transport
from stepwell_devstack.loopback import serve_http
from stepwell_intake.api.arrivals import arrivals_router
from stepwell_intake.api.referrals import referrals_router
from stepwell_intake.store.identities import Identities
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_operations.cli.referral_file import Destination, lines_of
from stepwell_operations.cli.referral_import import Outcome, import_referrals, journal_of, report_of
from stepwell_runtime.health import Health
from stepwell_runtime.http.app import create_app
from stepwell_testing.plugin import OpenEdge

PERSON = "entry[0].resource"
ALL = 1_000


class Cutting(httpx2.AsyncBaseTransport):
    """Hands requests on until so many were answered; the next answer is lost, and then nothing gets there."""

    def __init__(self, beyond: httpx2.AsyncBaseTransport, answers: int) -> None:
        self._beyond = beyond
        self._left = answers

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._left -= 1
        if self._left < -1:
            raise httpx2.ConnectError("cut", request=request)
        answer = await self._beyond.handle_async_request(request)
        if self._left < 0:
            raise httpx2.ReadError("cut", request=request)
        return answer


def intake_app(desk: Desk) -> Any:
    app = create_app("intake", Health(), CollectorRegistry(), desk.edge.issuer.authenticator("intake"))
    app.include_router(referrals_router(desk.edge.transactions, Identities(Keys())))
    app.include_router(arrivals_router(desk.edge.transactions, Identities(Keys())))
    return app


async def run(desk: Desk, file: Path, *, answers: int = ALL, role: Role = Role.INTAKE_COORDINATOR) -> Outcome:
    """One run of the import, cut off after so many answers."""
    token = PersonToken(desk.app.person(COORDINATOR, role))
    cutting = Cutting(httpx2.ASGITransport(app=intake_app(desk)), answers)
    async with httpx2.AsyncClient(transport=cutting, base_url="http://test") as http:
        intake = IntakeClient(Transport(http, "http://test", "intake", token, 6.0 if answers < ALL else 30.0))
        return await import_referrals(intake, file, to(desk), lambda: None, at_once=1 if answers < ALL else 4)


def to(desk: Desk) -> Destination:
    return Destination(desk.facility, desk.intensive)


def referral(desk: Desk, number: int, **other: Any) -> dict[str, Any]:
    return desk.referral(given_name=f"Robin {number}") | other


def write(file: Path, lines: Iterable[Any]) -> Path:
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file


async def episodes(desk: Desk) -> int:
    count: int = await desk.edge.value("select count(*) from episode")
    return count


async def test_lines_of_both_kinds_are_received_once(open_edge: OpenEdge, tmp_path: Path) -> None:
    desk = await open_desk(await open_edge("intake"))
    bare = {name: value for name, value in referral(desk, 3).items() if name not in {"facility_id", "program_id"}}
    lines = [referral(desk, 1), "", bundle(), referral(desk, 2, payer="medicaid", member_id="M-1"), bare]
    file = write(tmp_path / "referrals.jsonl", lines)
    first, second = await run(desk, file), await run(desk, file)
    assert (first.received, first.known, first.refused, first.stopped_by) == (4, 0, [], None)
    assert (second.received, second.known, second.refused, second.stopped_by) == (0, 4, [], None)
    assert await episodes(desk) == 4
    assert len(journal_of(file).read_text().splitlines()) == 4
    assert not report_of(file).exists()
    journal_of(file).unlink()
    assert (await run(desk, file)).received == 4
    assert await episodes(desk) == 4


async def test_what_is_refused_is_told_by_line_code_and_field(open_edge: OpenEdge, tmp_path: Path) -> None:
    desk = await open_desk(await open_edge("intake"))
    lines = [
        referral(desk, 1),
        '{"torn": ',
        desk.referral(born_on="Marked"),
        desk.referral(born_on="1890-01-01"),
        changed(bundle(), {f"{PERSON}.birthDate": "Marked", "entry[1].resource.intent": "plan"}),
        '["Marked"]',
        referral(desk, 2, note="Marked"),
    ]
    file = write(tmp_path / "referrals.jsonl", lines)
    outcome = await run(desk, file)
    assert (outcome.received, len(outcome.refused)) == (1, 6)
    report = [json.loads(line) for line in report_of(file).read_text().splitlines()]
    assert [(row["line"], row["code"], [field["path"] for field in row["fields"]]) for row in report] == [
        (2, "json_malformed", []),
        (3, "request_invalid", ["body.patient.born_on"]),
        (4, "birth_date_impossible", ["patient.born_on"]),
        (5, "bundle_invalid", [f"{PERSON}.birthDate", "entry[1].resource.intent"]),
        (6, "request_invalid", ["body"]),
        (7, "request_invalid", ["body.note"]),
    ]
    assert "Marked" not in report_of(file).read_text() + journal_of(file).read_text()
    write(file, lines[:1])
    assert (await run(desk, file)).known == 1
    assert not report_of(file).exists()


@pytest.mark.parametrize("answers", [0, 1, 3])
async def test_after_a_cut_it_goes_on_where_it_stopped(open_edge: OpenEdge, tmp_path: Path, answers: int) -> None:
    """The answer to the last request is lost, so its line is sent again: it has no second effect."""
    desk = await open_desk(await open_edge("intake"))
    file = write(tmp_path / "referrals.jsonl", [referral(desk, number) for number in range(5)])
    cut = await run(desk, file, answers=answers)
    assert cut.stopped_by is not None
    assert (cut.received, cut.stopped_by.code) == (answers, "intake_unavailable")
    assert await episodes(desk) == answers + 1
    with journal_of(file).open("a") as journal:
        journal.write("import/torn")
    resumed = await run(desk, file)
    assert (resumed.received, resumed.known, resumed.stopped_by) == (5 - answers, answers, None)
    assert await episodes(desk) == 5


async def test_what_concerns_every_line_stops_it(open_edge: OpenEdge, tmp_path: Path) -> None:
    desk = await open_desk(await open_edge("intake"))
    file = write(tmp_path / "referrals.jsonl", [referral(desk, number) for number in range(9)])
    outcome = await run(desk, file, role=Role.COUNSELOR)
    assert outcome.stopped_by is not None
    assert (outcome.received, outcome.refused, outcome.stopped_by.code) == (0, [], "not_granted")
    assert await episodes(desk) == 0


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("\n \n", []),
        ('{"a": 1}\n\n{"a": 2}\n', [1, 3]),
        ('\n{"a": 1}', [2]),
        ('{\n  "a": 1\n}\n', [1]),
        ('\ufeff{"a": 1}\n', [1]),
        ('{torn\n{"a": 2}\n', [1, 2]),
    ],
)
def test_a_file_is_lines_or_one_document(tmp_path: Path, text: str, numbers: list[int]) -> None:
    file = tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    assert [line.number for line in lines_of(file)] == numbers


async def test_the_command_ends_with_0_when_all_is_in_and_with_1_when_a_line_was_refused(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    desk = await open_desk(await open_edge("intake"))
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle(), indent=2))
    async with served(desk, tmp_path):
        assert await command(desk, tmp_path, file, token) == (0, "1 received, 0 were in before\n", "")
        assert await command(desk, tmp_path, file, token) == (0, "0 received, 1 were in before\n", "")
        file.write_text(json.dumps(changed(bundle(), {f"{PERSON}.birthDate": ...}), indent=2))
        refused = f"0 received, 0 were in before, 1 refused (see {report_of(file)})\n"
        assert await command(desk, tmp_path, file, token) == (1, refused, "")
        counselor = desk.app.person(new_id(), Role.COUNSELOR)
        file.write_text(json.dumps(bundle(kind="message")))
        ended = await command(desk, tmp_path, file, counselor)
        assert ended[::2] == (5, "stepwell: intake.receive_referral is not granted to this caller (not_granted)\n")
        nobody = await command(desk, tmp_path, file, "")
        assert nobody == (5, "", "stepwell: say who does this: --as ID, or a token in STEPWELL_TOKEN (staff_missing)\n")
    assert await episodes(desk) == 1


async def test_a_journal_that_cannot_be_kept_stops_it_before_anything_is_sent(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    desk = await open_desk(await open_edge("intake"))
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    file = write(tmp_path / "referrals.jsonl", [referral(desk, 1)])
    journal_of(file).mkdir()
    async with served(desk, tmp_path):
        code, out, err = await command(desk, tmp_path, file, token)
    assert (code, out) == (1, "")
    assert err == f"stepwell: {journal_of(file)} cannot be read: Is a directory (file_unreadable)\n"
    assert await episodes(desk) == 0


async def test_a_full_disk_stops_it_and_it_goes_on_when_there_is_room_again(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    """A kibibyte has room for fourteen keys; the next one is torn apart."""
    desk = await open_desk(await open_edge("intake"))
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    file = write(tmp_path / "referrals.jsonl", [referral(desk, number) for number in range(30)])
    async with served(desk, tmp_path):
        code, out, err = await command(desk, tmp_path, file, token, kibibytes=1)
        assert code == 1
        assert err == f"stepwell: {journal_of(file)} cannot be written: File too large (file_unwritable)\n"
        assert out == f"{await episodes(desk)} received, 0 were in before\n"
        kept = len(journal_of(file).read_text().splitlines()) - 1
        resumed = f"{30 - kept} received, {kept} were in before\n"
        assert await command(desk, tmp_path, file, token) == (0, resumed, "")
        assert await command(desk, tmp_path, file, token) == (0, "0 received, 30 were in before\n", "")
    assert await episodes(desk) == 30


async def test_a_report_that_cannot_be_written_is_told_and_what_is_in_stays_in(
    open_edge: OpenEdge, tmp_path: Path
) -> None:
    desk = await open_desk(await open_edge("intake"))
    token = desk.app.person(COORDINATOR, Role.INTAKE_COORDINATOR)
    file = write(tmp_path / "referrals.jsonl", [referral(desk, 1), "[]"])
    report_of(file).mkdir()
    async with served(desk, tmp_path):
        code, out, err = await command(desk, tmp_path, file, token)
        assert (code, out) == (1, "1 received, 0 were in before, 1 refused\n")
        assert err == f"stepwell: {report_of(file)} cannot be written: Is a directory (file_unwritable)\n"
        report_of(file).rmdir()
        told = f"0 received, 1 were in before, 1 refused (see {report_of(file)})\n"
        assert await command(desk, tmp_path, file, token) == (1, told, "")


@asynccontextmanager
async def served(desk: Desk, home: Path) -> AsyncIterator[None]:
    """Intake as a running platform whose run file lies in this folder."""
    async with serve_http(intake_app(desk), 0) as port:
        url = f"http://127.0.0.1:{port}"
        urls = {"issuer": url, "operations": url, "intake": url}
        client = {"client_id": "cli", "client_secret": "s"}
        (home / "run.json").write_text(json.dumps({"urls": urls, "cli": client}))
        yield


async def command(
    desk: Desk, home: Path, file: Path, token: str, *, kibibytes: int | str = "unlimited"
) -> tuple[int | None, str, str]:
    """The command as a person runs it, with so much room for each file."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STEPWELL_")}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f'ulimit -f {kibibytes}; exec "$@"', "bash"),
        *(sys.executable, "-m", "stepwell_operations.cli.main", "referrals", "import", str(file)),
        *("--facility", str(desk.facility), "--program", str(desk.intensive)),
        env=environment | {"STEPWELL_HOME": str(home), "STEPWELL_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()
