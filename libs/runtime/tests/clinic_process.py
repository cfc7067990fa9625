"""A process of the tests: `python -m libs.runtime.tests.clinic_process ROLE...`."""

import asyncio
import logging
from functools import partial

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from libs.runtime.tests.conftest import AUDIENCE, clinic_router
from stepwell_runtime.process import Process, run_process
from stepwell_runtime.settings import Port

logger = logging.getLogger("stepwell.clinic")


class Settings(BaseSettings):
    """Settings of this process."""

    model_config = SettingsConfigDict(env_prefix="STEPWELL_CLINIC_", frozen=True)

    port: Port
    secret: SecretStr


async def wire(process: Process) -> int:
    """Routes, a task that waits, one that fails, two things to close."""
    process.app.include_router(clinic_router([]))

    async def wait() -> None:
        await asyncio.Event().wait()

    async def fail() -> None:
        raise RuntimeError("Jane Roe")

    async def ready() -> bool:
        return "unready" not in process.roles

    process.closing(partial(close, "first"))
    process.closing(partial(close, "second"))
    process.health.add("schema", ready)
    process.run("waiting", wait)
    if "failing" in process.roles:
        process.run("failing", fail)
    return Settings().port


async def close(name: str) -> None:
    """Something that is closed at the end."""
    logger.info("closed", extra={"part": name})


if __name__ == "__main__":
    run_process(AUDIENCE, frozenset({"api", "failing", "unready"}), wire)
