"""A table of each view of the command line, with ids, names and numbers as long as they come."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from rich.console import RenderableType

from stepwell_contracts.http import operations, operations_network as network
from stepwell_contracts.journey import ObligationView
from stepwell_kernel.codes import Role
from stepwell_kernel.ids import new_id
from stepwell_operations.cli import figure_tables, journey_tables, network_tables
from stepwell_operations.cli.overview import Overview
from stepwell_operations.cli.status_tables import status

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOPIC = "stepwell.notifications.patient"
EPISODE, FACILITY, PROGRAM = new_id(), new_id(), new_id()
TRACE = "0af7651916cd43dd8448eb211c80319c"

JOURNEY = operations.JourneyRow(
    episode_id=EPISODE,
    facility_id=FACILITY,
    program_id=PROGRAM,
    phase="treatment",
    part="stabilize",
    since=NOON,
    changed_at=NOON,
    open_tasks=12_345,
    next_due=NOON,
)
CRISIS = operations.CrisisRow(
    crisis_id=new_id(),
    episode_id=EPISODE,
    facility_id=FACILITY,
    raised_at=NOON,
    page=operations.PageRow(page_id=new_id(), state="acknowledged", level=2, changed_at=NOON, unanswered_at=None),
    command="POST /v1/crises/{crisis_id}/close",
)
TASK = operations.OpenTask(
    task_id=new_id(),
    kind="authorization_review",
    role="utilization_reviewer",
    escalated_to="supervisor",
    due_at=NOON,
    opened_at=NOON,
)
WORK = operations.WorkRow(
    kind="authorization_review",
    subject_id=TASK.task_id,
    episode_id=EPISODE,
    facility_id=FACILITY,
    role=Role.UTILIZATION_REVIEWER,
    due_at=NOON,
    command=f"POST /v1/episodes/{EPISODE}/care-tasks/{TASK.task_id}/complete",
    phase="treatment",
    escalated_to="supervisor",
    escalations=3,
)
ENTRIES = tuple(
    operations.TimelineEntry(
        event_id=new_id(),
        type=event_type,
        at=NOON,
        version=98_765,
        service="notifications",
        facts=facts,
        trace_id=TRACE,
    )
    for event_type, facts in (
        ("level_of_care_decided", {"decided": "2.1", "recommended": "2.5", "reason_code": "capacity"}),
        ("never_worded", {"reason_code": "withheld " * 20, "other": "x" * 45}),
    )
)
FACILITY_ROW = network.FacilityRow(
    facility_id=FACILITY,
    neutral_name="The center on the corner of Long street",
    zone="America/Argentina/ComodRivadavia",
    in_care=123_456,
    places=234_567,
    on_hold=345_678,
    waitlisted=456_789,
    waiting_for_group=567_890,
    seats_offered=678_901,
    seats_taken=789_012,
    sessions_today=890_123,
    open_tasks=901_234,
    overdue_tasks=112_345,
)
SESSION = network.SessionSeats(
    session_id=new_id(),
    group_id=new_id(),
    program_id=PROGRAM,
    modality="group_therapy",
    topic="life_skills",
    setting="on_site",
    starts_at=NOON,
    ends_at=NOON + timedelta(hours=3),
    capacity=123_456,
    taken=98_765,
    state="cancelled",
)
MESSAGE = network.MessageRow(
    message_id=new_id(),
    episode_id=EPISODE,
    facility_id=FACILITY,
    template="appointment_reminder",
    channel="sms",
    state="suppressed",
    reason_code="not_permitted",
    about=new_id(),
    at=NOON,
    trace_id=TRACE,
)
CENSUS = (network.CensusDay(day=date(2026, 3, 2), phases={"treatment": 123_456, "aftercare": 234_567, "on_hold": 3}),)
FACILITY_VIEW = network.FacilityView(
    facility=FACILITY_ROW,
    programs=(
        network.ProgramCensus(
            program_id=PROGRAM, program_type="substance_use", level_of_care="2.1", in_care=123_456, places=234_567
        ),
    ),
    week_starts_on=date(2026, 3, 2),
    sessions=(SESSION,),
    waits=(network.WaitRow(waitlist_id=new_id(), episode_id=EPISODE, group_id=new_id(), since=NOON),),
    census=CENSUS,
)
WEEK = network.WeekHours(
    week_starts_on=date(2026, 3, 2),
    episodes=123_456,
    met=98_765,
    required_minutes=9_876_543,
    attended_minutes=8_765_432,
)
FIGURES = network.Figures(
    census=CENSUS,
    weeks=(WEEK,),
    first_contact=(network.FirstContactBand(from_hours=24, to_hours=48, referrals=123_456),),
    first_contact_median_hours=12.5,
    not_reached=123_456,
)
REPORT = network.Report(
    episodes=123_456,
    outcomes={"referred_elsewhere": 123_456},
    events={"level_of_care_decided": 12_345_678},
    weeks=1,
    weeks_met=1,
    required_minutes=9_876_543,
    attended_minutes=8_765_432,
    messages={"suppressed": 123_456},
    tasks=(
        network.TaskTimeliness(
            kind="authorization_review", in_time=123_456, late=234_567, withdrawn=345_678, open=456_789, overdue=567_890
        ),
    ),
)
HEALTH = network.Health(
    at=NOON,
    parts=(
        network.PartHealth(
            name="notifications",
            ready=False,
            detail="4 to send, 12 waiting for quiet hours to end, 3 held back",
            started_at=NOON,
            unsent=1_234_567,
            oldest_unsent_seconds=123_456.7,
        ),
    ),
    lags=(
        network.ConsumerLag(
            part="notifications", consumer="notifications", topic=TOPIC, events=1_234_567, seconds=12_345.6
        ),
    ),
    parked=(
        network.ParkedKey(
            part="notifications",
            consumer="notifications",
            topic=TOPIC,
            key=str(EPISODE),
            reason="not_started",
            events=123_456,
            since=NOON,
        ),
    ),
)
OVERVIEW = Overview(
    at=NOON,
    parts=(operations.PartStatus(name="notifications", ready=False, detail=HEALTH.parts[0].detail),),
    journeys_by_phase={"treatment": 123_456},
    parked_keys=123_456,
    oldest_outbox_seconds=2.5,
    worst_lag_seconds=7.25,
    health=HEALTH,
)
JOURNEY_VIEW = operations.JourneyView(
    journey=JOURNEY,
    tasks=(TASK,),
    weeks=(
        operations.WeekRow(
            week_starts_on=date(2026, 3, 2), required_minutes=540, attended_minutes=421, shortfall_minutes=119
        ),
    ),
    streams=(),
    timeline=ENTRIES,
    crises=(CRISIS,),
    obligations=(
        ObligationView(kind="authorization_review", due_at=NOON, role=Role.UTILIZATION_REVIEWER, escalations=123),
        ObligationView(kind="measure_due", due_at=NOON, role=Role.COUNSELOR, opens_at=NOON),
        ObligationView(kind="week_close", due_at=NOON),
    ),
)

FOUND = network.Found(
    episodes=(network.FoundEpisode(kind="episode", episode_id=EPISODE, facility_id=FACILITY, phase="treatment"),)
)
REPLY = network.ReplyRow(reply_id=new_id(), episode_id=EPISODE, facility_id=FACILITY, kind="reschedule", at=NOON)
FEED = network.MessageFeed(messages=(MESSAGE,), replies=(REPLY,), states={"suppressed": 123_456}, total=123_456)
WORKLIST = operations.Work(
    crises=(CRISIS,),
    rows=(WORK,),
    roles=(operations.RoleCount(role="utilization_reviewer", open=123_456, overdue=98_765),),
    open=123_456,
    overdue=98_765,
)
NAMES = {FACILITY: FACILITY_ROW.neutral_name}

TABLES: Mapping[str, RenderableType] = MappingProxyType(
    {
        "status": status(OVERVIEW),
        "facilities": network_tables.facilities(network.FacilityList(facilities=(FACILITY_ROW,))),
        "facility": network_tables.facility(FACILITY_VIEW),
        "journeys": journey_tables.journeys(operations.JourneyList(journeys=(JOURNEY,), total=12_345), NAMES),
        "journey": journey_tables.journey(JOURNEY_VIEW, NAMES),
        "find": journey_tables.found_by_id(FOUND, NAMES),
        "messages": network_tables.messages(FEED, NAMES),
        "worklist": journey_tables.worklist(WORKLIST, NAMES),
        "figures": figure_tables.figures(FIGURES),
        "report": figure_tables.report(REPORT),
    }
)
