"""The process of notifications: its roles and all their wiring."""

from collections.abc import Mapping

import httpx2

import stepwell_notifications
from stepwell_clients.intake import IntakeClient
from stepwell_clients.tokens import ServiceTokens
from stepwell_clients.transport import Transport
from stepwell_kernel.codes import Channel
from stepwell_messaging.consumer import Consumer
from stepwell_messaging.delivery import Commands
from stepwell_messaging.metrics import ConsumerMetrics
from stepwell_messaging.platform_api import platform_router
from stepwell_messaging.serving import consume, open_database, run_duties
from stepwell_notifications.api.messages import messages_router
from stepwell_notifications.api.on_call import on_call_router
from stepwell_notifications.api.pages import pages_router
from stepwell_notifications.api.preferences import preferences_router
from stepwell_notifications.api.receipts import providers_router, receipts_router
from stepwell_notifications.api.replies import inbound_router, replies_router
from stepwell_notifications.api.sender_numbers import sender_numbers_router
from stepwell_notifications.api.worklist import worklist_router
from stepwell_notifications.channels.email import EmailChannel
from stepwell_notifications.channels.failover import Circuits
from stepwell_notifications.channels.providers import Providers
from stepwell_notifications.channels.signatures import ProviderSignatures
from stepwell_notifications.channels.sms import SmsProvider
from stepwell_notifications.consumers.handlers import HANDLERS
from stepwell_notifications.duties.answer_reply import AnswerReply
from stepwell_notifications.duties.escalate_page import EscalatePage
from stepwell_notifications.duties.page_on_call import PageOnCall
from stepwell_notifications.duties.send_message import SendMessage
from stepwell_notifications.metrics import ProviderMetrics
from stepwell_notifications.settings import Settings, SmsAccess
from stepwell_notifications.store.on_call import Rosters
from stepwell_notifications.usecases.call_next import ESCALATE_PAGE, PAGE_ON_CALL
from stepwell_notifications.usecases.give_answer import ANSWER_REPLY
from stepwell_notifications.usecases.plan_messages import SEND_MESSAGE
from stepwell_postgres.duty_runner import DutyHandler
from stepwell_runtime.process import Process, run_process

ROLES = frozenset({"api", "relay", "consumer", "activities", "duties"})
TOPICS = ("stepwell.intake.patient", "stepwell.scheduling.patient", "stepwell.scheduling.reference")

#: Pages have a runner of their own: a page never waits for messages that intake keeps waiting; and so do answers, which
#: wait for providers of text messages. The keys up to 7302 are those of the platform.
PAGES_LEADER_KEY = 7_303
ANSWERS_LEADER_KEY = 7_304


async def wire(process: Process) -> int:
    """Open what the roles need and say what runs."""
    settings = Settings()
    database = await open_database(process, settings, stepwell_notifications.__file__)
    transactions = database.transactions
    consumers: dict[str, Consumer] = {}
    if "api" in process.roles:
        process.app.include_router(messages_router(transactions))
        process.app.include_router(pages_router(transactions))
        process.app.include_router(on_call_router(transactions, Rosters(process.keys)))
        process.app.include_router(worklist_router(transactions))
        process.app.include_router(preferences_router(transactions))
        process.app.include_router(sender_numbers_router(transactions))
        process.app.include_router(replies_router(transactions))
        signatures = _signatures(settings.sms)
        process.app.include_router(inbound_router(transactions, process.keys, signatures))
        process.app.include_router(receipts_router(transactions, signatures))
        process.app.include_router(providers_router(transactions))
    if "consumer" in process.roles:
        metrics = ConsumerMetrics(process.registry)
        delivery = Commands(process.name, HANDLERS)
        consumers["notifications"] = consume(process, database, "notifications", TOPICS, delivery, metrics)
    if "duties" in process.roles:
        http = await process.enter(httpx2.AsyncClient())
        secret = settings.client_secret.get_secret_value()
        tokens = ServiceTokens(http, process.settings.issuer, process.name, secret)
        intake = IntakeClient(Transport(http, settings.intake_url, "intake", tokens))
        email = EmailChannel(settings.smtp, sender=settings.sender)
        provider_metrics = ProviderMetrics(process.registry)
        circuits = Circuits(provider_metrics)
        providers = Providers((email, *_sms_providers(http, settings.sms)), circuits, provider_metrics)
        messages = {SEND_MESSAGE: SendMessage(transactions, intake, providers, process.keys)}
        answers = {ANSWER_REPLY: AnswerReply(transactions, providers, process.keys)}
        channels = {Channel.EMAIL: email}
        pages: dict[str, DutyHandler] = {
            PAGE_ON_CALL: PageOnCall(transactions, channels, process.keys),
            ESCALATE_PAGE: EscalatePage(transactions),
        }
        run_duties(process, database, settings, messages, kinds=tuple(messages))
        run_duties(process, database, settings, pages, name="pages", leader_key=PAGES_LEADER_KEY, kinds=tuple(pages))
        run_duties(
            process, database, settings, answers, name="answers", leader_key=ANSWERS_LEADER_KEY, kinds=tuple(answers)
        )
    process.app.include_router(platform_router(transactions, consumers))
    return settings.port


def _signatures(access: Mapping[str, SmsAccess]) -> ProviderSignatures:
    return ProviderSignatures({name: one.secret.get_secret_value().encode() for name, one in access.items()})


def _sms_providers(http: httpx2.AsyncClient, access: Mapping[str, SmsAccess]) -> tuple[SmsProvider, ...]:
    return tuple(SmsProvider(name, http, one.url, one.secret.get_secret_value()) for name, one in access.items())


if __name__ == "__main__":
    run_process("notifications", ROLES, wire)
