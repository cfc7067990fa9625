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
from stepwell_operations.cli.files import FileFailed, reading, writing
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
    """What became of the lines so far; `report` is where the refused ones are told, once they are."""

    received: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)
    stopped_by: StepwellError | None = None
    report: Path | None = None


class Journal:
    """Keys of referrals that are in, one a line; a line that a kill tore apart is one that is sent again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._keys: set[str] = set()

    def __enter__(self) -> Self:
        before = self._read()
        self._keys = set(before.splitlines())
        with writing(self._path):
            self._file = self._path.open("a", encoding="ascii")
        if before and not before.endswith("\n"):
            self._write("\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whatever is left to write here could not be written before: that was told, and those lines are sent again.
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def note(self, key: str) -> None:
        """The referral is in; FileFailed (`file_unwritable`) when that cannot be kept."""
        self._keys.add(key)
        self._write(f"{key}\n")

    def _read(self) -> str:
        with reading(self._path), suppress(FileNotFoundError):
            return self._path.read_text(encoding="ascii", errors="replace")
        return ""

    def _write(self, text: str) -> None:
        if self._file is not None:
            with writing(self._path):
                self._file.write(text)
                self._file.flush()


def journal_of(path: Path) -> Path:
    """Where the keys of what is in are kept."""
    return path.with_name(f"{path.name}.done")


def report_of(path: Path) -> Path:
    """Where the refused lines are told."""
    return path.with_name(f"{path.name}.refused.jsonl")


async def import_referrals(intake: IntakeClient, path: Path, to: Destination, tell: Tell, *, at_once: int) -> Outcome:
    """Send every line that is not in yet, `at_once` at a time; `tell` is called for each that is settled.

    What was refused is written to the report. It stops at the first error that concerns all that follow, a full disk
    among them: what is in stays in, and another run goes on from there. Raises FileFailed where it cannot begin.
    """
    outcome = Outcome()
    lines = lines_of(path)
    with Journal(journal_of(path)) as journal:
        sender = _Sender(intake, to, journal, outcome, tell)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(sender.send_all(lines))
    try:
        outcome.report = _write_report(report_of(path), outcome.refused)
    except FileFailed as error:
        outcome.stopped_by = outcome.stopped_by or error
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
        try:
            for line in lines:
                await self._settle(line)
                if self.outcome.stopped_by is not None:
                    return
                self.tell()
        except FileFailed as error:
            self.outcome.stopped_by = error

    async def _settle(self, line: Line) -> None:
        try:
            await self._send(line)
        except FileFailed:
            raise
        except StepwellError as error:
            if error.kind not in OF_ONE:
                self.outcome.stopped_by = error
            else:
                self.outcome.refused.append(Refusal(line.number, error))

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
        self.outcome.received += 1
        self.journal.note(key)


def _write_report(path: Path, refused: list[Refusal]) -> Path | None:
    """Write the report of this run; of a run that refused nothing there is none."""
    if not refused:
        with writing(path):
            path.unlink(missing_ok=True)
        return None
    lines = [refusal.as_json() for refusal in sorted(refused, key=lambda refusal: refusal.line)]
    beside = path.with_name(f"{path.name}.new")
    with writing(path):
        beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        beside.replace(path)
    return path
