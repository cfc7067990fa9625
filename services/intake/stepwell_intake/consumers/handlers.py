"""All facts that intake acts on."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_intake.consumers import attendance, reference
from stepwell_messaging.consumer import Handler

HANDLERS: Mapping[str, Handler] = MappingProxyType({**reference.HANDLERS, **attendance.HANDLERS})
