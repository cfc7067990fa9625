"""`stepwell referrals import`: sends a file of referrals to intake, and can be run again after an interruption."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from stepwell_clients.intake import IntakeClient
from stepwell_contracts.http.intake_referrals import FhirBundle
from stepwell_kernel.errors import Kind, StepwellError
from stepwell_operations.cli.referral_file import Destination, Line, key_of, lines_of, read_line

#: Concerns one referral; anything else, such as a missing grant or a service that is away, concerns all that follow.
OF_ONE = frozenset({Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT, Kind.BUG})

Tell = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was refused, and why; nothing of what it says."""

    line: int
    error: StepwellError

    def as_json(self) -> str:
        """The refusal as a line of the report."""
        fields = [
            {"path": one.path, "problem": one.problem} | ({"rule": one.rule} if one.rule else {})
            for one in self.error.fields
        ]
        return json.dumps({"line": self.line, "code": self.error.code, "fields": fields})


@dataclass(slots=True)
class Outcome:
    """What became of the lines so far."""

    received: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)
    stopped_by: StepwellError | None = None


class Journal:
    """Keys of referrals that are in, one a line; a line that a kill tore apart is one that is sent again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._keys: set[str] = set()

    def __enter__(self) -> Self:
        with suppress(FileNotFoundError):
            self._keys = set(self._path.read_text(encoding="ascii", errors="replace").splitlines())
        self._file = self._path.open("a", encoding="ascii")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def note(self, key: str) -> None:
        """The referral is in."""
        self._keys.add(key)
        if self._file is not None:
            self._file.write(f"{key}\n")
            self._file.flush()


def journal_of(path: Path) -> Path:
    """Where the keys of what is in are kept."""
    return path.with_name(f"{path.name}.done")


def report_of(path: Path) -> Path:
    """Where the refused lines are told."""
    return path.with_name(f"{path.name}.refused.jsonl")


async def import_referrals(intake: IntakeClient, path: Path, to: Destination, tell: Tell, *, at_once: int) -> Outcome:
    """Send every line that is not in yet, `at_once` at a time; `tell` is called for each that is settled.

    What was refused is written to the report. It stops at the first error that concerns all that follow: what is in
    stays in, and another run goes on from there.
    """
    outcome = Outcome()
    lines = lines_of(path)
    with Journal(journal_of(path)) as journal:
        sender = _Sender(intake, to, journal, outcome, tell)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(sender.send_all(lines))
    _write_report(report_of(path), outcome.refused)
    return outcome


@dataclass(frozen=True, slots=True)
class _Sender:
    intake: IntakeClient
    to: Destination
    journal: Journal
    outcome: Outcome
    tell: Tell

    async def send_all(self, lines: Iterator[Line]) -> None:
        """Take line after line, beside others that do the same."""
        for line in lines:
            try:
                await self._send(line)
            except StepwellError as error:
                if error.kind not in OF_ONE:
                    self.outcome.stopped_by = error
                else:
                    self.outcome.refused.append(Refusal(line.number, error))
            if self.outcome.stopped_by is not None:
                return
            self.tell()

    async def _send(self, line: Line) -> None:
        referral = read_line(line, self.to)
        key = key_of(referral, self.to)
        if key in self.journal:
            self.outcome.known += 1
            return
        if isinstance(referral, FhirBundle):
            await self.intake.receive_bundle(self.to.facility_id, self.to.program_id, referral, key=key)
        else:
            await self.intake.receive_referral(referral, key=key)
        self.journal.note(key)
        self.outcome.received += 1


def _write_report(path: Path, refused: list[Refusal]) -> None:
    """Write the report of this run; of a run that refused nothing there is none."""
    if not refused:
        path.unlink(missing_ok=True)
        return
    lines = [refusal.as_json() for refusal in sorted(refused, key=lambda refusal: refusal.line)]
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    beside.replace(path)
