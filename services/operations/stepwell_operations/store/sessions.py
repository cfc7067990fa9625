"""Who is signed in at the console, and who is about to be; found by the hash of a cookie, for a time of the machine."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_kernel.errors import Unavailable
from stepwell_postgres.pool import TRANSIENT_ERRORS, Pool

#: A working day with some overtime.
SESSION_LIFETIME = timedelta(hours=10)
SIGN_IN_LIFETIME = timedelta(minutes=10)

SWEEP = """
with sign_ins as (delete from console_sign_in where ends_at < clock_timestamp())
delete from console_session where ends_at < clock_timestamp()
"""

ADD_SIGN_IN = """
insert into console_sign_in (cookie_hash, state, nonce, verifier, target, ends_at) values ($1, $2, $3, $4, $5, $6)
"""

TAKE_SIGN_IN = """
delete from console_sign_in where cookie_hash = $1
returning state, nonce, verifier, target, ends_at > clock_timestamp() as lasts
"""

ADD_SESSION = "insert into console_session (cookie_hash, person, csrf, ends_at) values ($1, $2, $3, $4)"

FIND_SESSION = "select person, csrf from console_session where cookie_hash = $1 and ends_at > clock_timestamp()"

END_SESSION = "delete from console_session where cookie_hash = $1"


@dataclass(frozen=True, slots=True)
class SignInUnderWay:
    """What must come back from the issuer unchanged, what proves that we asked, and where the person wanted to go."""

    state: str
    nonce: str
    verifier: str
    target: str


@dataclass(frozen=True, slots=True)
class Session:
    """A person at the console, and the token that each command of theirs must carry."""

    caller: Caller
    name: str
    csrf: str


class Sessions:
    """Sessions in the database. Raises Unavailable (`database_unavailable`) while that is away."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin_sign_in(self, under_way: SignInUnderWay) -> str:
        """Remember a sign-in for ten minutes; the answer is the cookie that binds it to one browser."""
        cookie = secrets.token_urlsafe(32)
        await self._fetch(SWEEP)
        await self._fetch(
            ADD_SIGN_IN,
            _hash(cookie),
            under_way.state,
            under_way.nonce,
            under_way.verifier,
            under_way.target,
            datetime.now(UTC) + SIGN_IN_LIFETIME,
        )
        return cookie

    async def take_sign_in(self, cookie: str) -> SignInUnderWay | None:
        """The sign-in of a cookie, once."""
        row = await self._fetch(TAKE_SIGN_IN, _hash(cookie))
        if row is None or not row["lasts"]:
            return None
        return SignInUnderWay(row["state"], row["nonce"], row["verifier"], row["target"])

    async def open(self, caller: Caller, name: str) -> str:
        """Begin a session and return its cookie."""
        cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        ends_at = datetime.now(UTC) + SESSION_LIFETIME
        await self._fetch(ADD_SESSION, _hash(cookie), _stored(caller, name), csrf, ends_at)
        return cookie

    async def find(self, cookie: str) -> Session | None:
        """The session of a cookie, while it lasts."""
        row = await self._fetch(FIND_SESSION, _hash(cookie))
        return None if row is None else Session(_caller(row["person"]), row["person"]["name"], row["csrf"])

    async def end(self, cookie: str) -> None:
        """End the session of a cookie."""
        await self._fetch(END_SESSION, _hash(cookie))

    async def _fetch(self, statement: str, *arguments: object) -> Any:
        try:
            async with self._pool.acquire() as connection:
                return await connection.fetchrow(statement, *arguments)
        except TRANSIENT_ERRORS as error:
            raise Unavailable("database_unavailable", "the sessions cannot be reached") from error


def _hash(cookie: str) -> bytes:
    """Of a secret that a browser holds the database knows the hash alone."""
    return hashlib.sha256(cookie.encode()).digest()


def _stored(caller: Caller, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "tenant": caller.tenant,
        "subject": caller.subject,
        "roles": sorted(caller.roles),
        "facilities": None if caller.facilities is None else [str(one) for one in sorted(caller.facilities)],
        "staff_id": None if caller.staff_id is None else str(caller.staff_id),
    }


def _caller(stored: dict[str, Any]) -> Caller:
    facilities, staff_id = stored["facilities"], stored["staff_id"]
    return Caller(
        CallerKind.PERSON,
        stored["tenant"],
        stored["subject"],
        frozenset(stored["roles"]),
        None if facilities is None else frozenset(UUID(one) for one in facilities),
        None if staff_id is None else UUID(staff_id),
    )
