"""Who is signed in: sessions kept on the server, found by the hash of a random cookie."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from stepwell_kernel.caller import Caller, CallerKind
from stepwell_postgres.pool import Pool

COOKIE = "stepwell_session"
LIFETIME = timedelta(hours=8)
LOGIN_LIFETIME = timedelta(minutes=10)

ADD_LOGIN = """
insert into console_login (state_hash, verifier, nonce, target, expires_at) values ($1, $2, $3, $4, $5)
"""

TAKE_LOGIN = """
delete from console_login where state_hash = $1
returning verifier, nonce, target, expires_at > clock_timestamp() as valid
"""

ADD_SESSION = "insert into console_session (session_hash, person, csrf, expires_at) values ($1, $2, $3, $4)"

FIND_SESSION = "select person, csrf from console_session where session_hash = $1 and expires_at > clock_timestamp()"

END_SESSION = "delete from console_session where session_hash = $1"

SWEEP = """
with old_logins as (delete from console_login where expires_at < clock_timestamp())
delete from console_session where expires_at < clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Login:
    """A sign-in under way."""

    verifier: str
    nonce: str
    target: str


@dataclass(frozen=True, slots=True)
class Session:
    """A person at the console, with the token that commands must bring."""

    caller: Caller
    name: str
    csrf: str


def digest(secret: str) -> bytes:
    """What is stored of a secret that a browser holds."""
    return hashlib.sha256(secret.encode()).digest()


class Sessions:
    """Sign-ins and sessions in the database; their time is machine time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin_login(self, state: str, login: Login) -> None:
        """Remember a sign-in that the issuer will answer."""
        async with self._pool.acquire() as connection:
            await connection.execute(SWEEP)
            await connection.execute(
                ADD_LOGIN, digest(state), login.verifier, login.nonce, login.target, _in(LOGIN_LIFETIME)
            )

    async def take_login(self, state: str) -> Login | None:
        """The sign-in of that state, once."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(TAKE_LOGIN, digest(state))
        return Login(row["verifier"], row["nonce"], row["target"]) if row and row["valid"] else None

    async def open(self, caller: Caller, name: str) -> str:
        """Begin a session and return its cookie."""
        cookie = secrets.token_urlsafe(32)
        async with self._pool.acquire() as connection:
            await connection.execute(
                ADD_SESSION, digest(cookie), _person(caller, name), secrets.token_urlsafe(24), _in(LIFETIME)
            )
        return cookie

    async def find(self, cookie: str) -> Session | None:
        """The session of a cookie, while it lasts."""
        async with self._pool.acquire() as connection:
            row = await connection.fetchrow(FIND_SESSION, digest(cookie))
        return None if row is None else Session(_caller(row["person"]), row["person"]["name"], row["csrf"])

    async def close(self, cookie: str) -> None:
        """End a session."""
        async with self._pool.acquire() as connection:
            await connection.execute(END_SESSION, digest(cookie))


def _in(span: timedelta) -> datetime:
    return datetime.now(UTC) + span


def _person(caller: Caller, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "tenant": caller.tenant,
        "subject": caller.subject,
        "roles": sorted(caller.roles),
        "facilities": None if caller.facilities is None else [str(item) for item in sorted(caller.facilities)],
        "staff_id": None if caller.staff_id is None else str(caller.staff_id),
    }


def _caller(person: dict[str, Any]) -> Caller:
    facilities = person["facilities"]
    return Caller(
        CallerKind.PERSON,
        person["tenant"],
        person["subject"],
        frozenset(person["roles"]),
        None if facilities is None else frozenset(UUID(item) for item in facilities),
        None if person["staff_id"] is None else UUID(person["staff_id"]),
    )
