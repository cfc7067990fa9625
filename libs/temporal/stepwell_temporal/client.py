"""The Temporal client of a process: pydantic payloads, encrypted, failures too."""

import asyncio
import dataclasses

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.service import RPCError

from stepwell_kernel.errors import Unavailable
from stepwell_runtime.keys import KeyProvider
from stepwell_temporal.codec import EncryptionCodec

PAUSE_S = 0.5


def data_converter(keys: KeyProvider) -> DataConverter:
    """Models as JSON, everything sealed; messages and stack traces of failures would be plain text otherwise."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(keys.payload_keys()),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(address: str, namespace: str, keys: KeyProvider, *, within_s: float = 30.0) -> Client:
    """A client, as soon as the server answers; one per process and event loop, never shared over a fork.

    Raises Unavailable (`temporal_unavailable`) when it does not answer in time.
    """
    converter = data_converter(keys)
    try:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    return await Client.connect(address, namespace=namespace, data_converter=converter)
                except (RuntimeError, RPCError):
                    await asyncio.sleep(PAUSE_S)
    except TimeoutError as error:
        raise Unavailable("temporal_unavailable", "the Temporal server does not answer") from error


async def connect_lazily(address: str, namespace: str, keys: KeyProvider) -> Client:
    """A client that connects with its first call, and again after one that failed: the process can do without it."""
    return await Client.connect(address, namespace=namespace, data_converter=data_converter(keys), lazy=True)
