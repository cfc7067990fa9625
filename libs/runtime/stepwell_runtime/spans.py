"""Names and attributes of spans. Whatever is not on this list does not leave the process."""

ROUTE = "http.route"
METHOD = "http.request.method"
STATUS = "http.response.status_code"
TOPIC = "messaging.destination.name"
PARTITION = "messaging.destination.partition.id"
GROUP = "messaging.consumer.group.name"
EVENT_ID = "messaging.message.id"
BATCH = "messaging.batch.message_count"
EVENT_TYPE = "stepwell.event.type"
EPISODE = "stepwell.episode.id"
ACTIVITY = "stepwell.activity"
QUEUE = "stepwell.queue"
CODE = "stepwell.code"
ERROR = "error.type"

ALLOWED = frozenset(
    {
        ROUTE,
        METHOD,
        STATUS,
        TOPIC,
        PARTITION,
        GROUP,
        EVENT_ID,
        BATCH,
        EVENT_TYPE,
        EPISODE,
        ACTIVITY,
        QUEUE,
        CODE,
        ERROR,
    }
)
