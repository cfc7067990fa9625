"""All facts that notifications acts on."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_messaging.consumer import Handler
from stepwell_notifications.consumers import crises, facts

HANDLERS: Mapping[str, Handler] = MappingProxyType({**facts.HANDLERS, **crises.HANDLERS})
