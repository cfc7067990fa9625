"""Logs: one JSON object a line, a static event name and ids; no text of users, no values."""

import json
import logging
import sys
import time
from datetime import UTC, datetime

from opentelemetry import trace

#: Fields that a record may carry; ids, codes and counts.
ALLOWED = frozenset(
    {
        "activity",
        "address",
        "attempts",
        "batch",
        "code",
        "count",
        "detail_type",
        "duty_key",
        "duty_kind",
        "episode_id",
        "event_id",
        "event_type",
        "facility_id",
        "group",
        "kind",
        "method",
        "milliseconds",
        "offset",
        "part",
        "partition",
        "queue",
        "role",
        "route",
        "status",
        "task",
        "topic",
    }
)

#: With the broker away its client logs some 80 errors a second.
QUIET_S = 5.0


class JsonFormatter(logging.Formatter):
    """Renders a record with its listed fields, trace id, and for an error its type and place, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        line |= {key: _plain(value) for key, value in vars(record).items() if key in ALLOWED}
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"error": record.exc_info[0].__name__, "at": _place(record)}
        return json.dumps(line, default=str)


class Seldom(logging.Filter):
    """Lets a message of a logger through once in five seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        moment = time.monotonic()
        if moment - self._last.get(str(record.msg), float("-inf")) < QUIET_S:
            return False
        self._last[str(record.msg)] = moment
        return True


def _event(record: logging.LogRecord) -> str:
    """The message before its arguments, and of it one line: libraries quote what failed behind that."""
    return str(record.msg).partition("\n")[0]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | bool | None) else str(value)


def _place(record: logging.LogRecord) -> list[str]:
    trace_back = record.exc_info[2] if record.exc_info else None
    places = []
    while trace_back is not None:
        code = trace_back.tb_frame.f_code
        places.append(
            f"{code.co_filename.rsplit('/', 2)[-2]}/{code.co_filename.rsplit('/', 1)[-1]}:{trace_back.tb_lineno}"
        )
        trace_back = trace_back.tb_next
    return places[-6:]


def open_logging(level: str) -> None:
    """Write all logs of the process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiokafka").addFilter(Seldom())
    for noisy in (
        "aiokafka.consumer.group_coordinator",
        "aiokafka.conn",
        "aiokafka.consumer.fetcher",
        "aiokafka.cluster",
    ):
        logging.getLogger(noisy).addFilter(Seldom())
    for chatty in ("httpx2", "httpcore2", "aiokafka.consumer", "asyncpg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
