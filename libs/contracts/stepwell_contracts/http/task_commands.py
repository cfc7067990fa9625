"""Where each kind of care task is answered at intake, as worklists name it: method and path."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_kernel.codes import TaskKind

COMPLETE_TASK = "POST /v1/episodes/{episode_id}/tasks/{task_id}/completion"
CLOSE_CRISIS = "POST /v1/episodes/{episode_id}/crises/{crisis_id}/disposition"

#: The others are ended by hand, as some of these can be too. Of plans and crises the one that is meant is looked up.
TASK_COMMANDS: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.REFERRAL_CONTACT: "POST /v1/episodes/{episode_id}/first-contact",
        TaskKind.INTAKE_ASSESSMENT: "POST /v1/episodes/{episode_id}/assessments",
        TaskKind.ADMISSION_DECISION: "POST /v1/episodes/{episode_id}/admission",
        TaskKind.PLAN_SIGNATURE: "GET /v1/episodes/{episode_id}/plans",
        TaskKind.PLAN_REVIEW: "GET /v1/episodes/{episode_id}/plans",
        TaskKind.AUTHORIZATION_REVIEW: "POST /v1/episodes/{episode_id}/authorizations",
        TaskKind.MEASURE_DUE: "POST /v1/episodes/{episode_id}/screens",
        TaskKind.LEVEL_OF_CARE_REVIEW: "POST /v1/episodes/{episode_id}/assessments",
        TaskKind.OUTREACH_CALL: "POST /v1/episodes/{episode_id}/outreach",
        TaskKind.CRISIS_DISPOSITION: "GET /v1/episodes/{episode_id}/crises",
        TaskKind.STEP_DOWN_REVIEW: "POST /v1/episodes/{episode_id}/step-down",
        TaskKind.HOLD_REVIEW: "POST /v1/episodes/{episode_id}/resume",
        TaskKind.WAITLIST_REVIEW: "POST /v1/episodes/{episode_id}/resume",
        TaskKind.DISCHARGE_REVIEW: "POST /v1/episodes/{episode_id}/discharge",
        TaskKind.AFTERCARE_CHECK: "POST /v1/episodes/{episode_id}/aftercare-contacts",
    }
)
