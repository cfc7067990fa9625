"""A view of the command line: asked of the platform, then shown as a table or JSON, or refused in a sentence."""

import asyncio
import errno
import json
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import httpx2
import typer
from pydantic import BaseModel
from rich.console import Console, RenderableType

from stepwell_clients.operations import OperationsClient
from stepwell_kernel.errors import StepwellError, Unavailable
from stepwell_operations.cli.access import Asker, operations_of, run_file
from stepwell_operations.cli.exits import exit_code
from stepwell_operations.cli.files import FileFailed, reason_of
from stepwell_operations.cli.tables import Names
from stepwell_operations.cli.whole import show

#: Any other error of the system is about a file.
OF_NETWORK = (ConnectionError, TimeoutError, socket.gaierror, ssl.SSLError)
UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})

Found = TypeVar("Found", bound=BaseModel)
Answer = TypeVar("Answer")

Question = Callable[[OperationsClient], Awaitable[Found]]


def view(
    console: Console,
    asker: Asker,
    question: Question[Found],
    table: Callable[[Found], RenderableType],
    *,
    as_json: bool,
) -> Found:
    """Ask, show, and return what was found; an error ends the command."""
    found = run(_asked(asker, question), as_json=as_json)
    if as_json:
        _write(found)
    else:
        show(console, table(found))
    return found


def view_with_names(
    console: Console,
    asker: Asker,
    question: Question[Found],
    table: Callable[[Found, Names], RenderableType],
    *,
    as_json: bool,
) -> None:
    """Ask and show as a table that names facilities, or as the document, which has their ids."""

    async def with_names(operations: OperationsClient) -> tuple[Found, Names]:
        found = await question(operations)
        known = await operations.facilities()
        return found, {row.facility_id: row.neutral_name for row in known.facilities}

    if as_json:
        _write(run(_asked(asker, question), as_json=True))
    else:
        show(console, table(*run(_asked(asker, with_names))))


def run(work: Coroutine[Any, Any, Answer], *, as_json: bool = False) -> Answer:
    """Do it, or say on standard error why not and end with the code of the error."""
    try:
        return asyncio.run(work)
    except StepwellError as error:
        raise refused(error, as_json=as_json) from error
    except (httpx2.HTTPError, OSError) as error:
        raise refused(_of_system(error), as_json=as_json) from error


def _of_system(error: Exception) -> StepwellError:
    if isinstance(error, OSError) and not _is_of_network(error):
        named = f"{error.filename}: " if error.filename else ""
        return FileFailed("file_failed", f"{named}{reason_of(error)}")
    return Unavailable("platform_unavailable", "the platform does not answer")


def _is_of_network(error: OSError) -> bool:
    return isinstance(error, OF_NETWORK) or error.errno in UNREACHABLE


def refused(error: StepwellError, *, as_json: bool) -> typer.Exit:
    """Say why not; the result ends the command."""
    if as_json:
        said = json.dumps({"code": error.code, "detail": error.detail})
    else:
        said = f"stepwell: {error.detail} ({error.code})"
    sys.stderr.write(f"{said}\n")
    return typer.Exit(exit_code(error))


async def _asked(asker: Asker, question: Callable[[OperationsClient], Awaitable[Answer]]) -> Answer:
    async with operations_of(run_file(), asker) as operations:
        return await question(operations)


def _write(found: BaseModel) -> None:
    sys.stdout.write(f"{found.model_dump_json(indent=2)}\n")
