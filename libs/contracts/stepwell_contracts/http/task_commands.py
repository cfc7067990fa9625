"""The command of intake that settles each kind of care task, as worklists name it: method and path."""

from collections.abc import Mapping
from types import MappingProxyType

from stepwell_kernel.codes import TaskKind

COMPLETE_TASK = "POST /v1/episodes/{episode_id}/tasks/{task_id}/completion"
CLOSE_CRISIS = "POST /v1/episodes/{episode_id}/crises/{crisis_id}/disposition"

#: What is not named here is completed as a task. A plan or crisis is chosen by who settles it.
TASK_COMMANDS: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.REFERRAL_CONTACT: "POST /v1/episodes/{episode_id}/first-contact",
        TaskKind.INTAKE_ASSESSMENT: "POST /v1/episodes/{episode_id}/assessments",
        TaskKind.ADMISSION_DECISION: "POST /v1/episodes/{episode_id}/admission",
        TaskKind.PLAN_SIGNATURE: "POST /v1/episodes/{episode_id}/plans/{plan_id}/signature",
        TaskKind.PLAN_REVIEW: "POST /v1/episodes/{episode_id}/plans/{plan_id}/reviews",
        TaskKind.AUTHORIZATION_REVIEW: "POST /v1/episodes/{episode_id}/authorizations",
        TaskKind.MEASURE_DUE: "POST /v1/episodes/{episode_id}/screens",
        TaskKind.LEVEL_OF_CARE_REVIEW: "POST /v1/episodes/{episode_id}/assessments",
        TaskKind.OUTREACH_CALL: "POST /v1/episodes/{episode_id}/outreach",
        TaskKind.CRISIS_DISPOSITION: CLOSE_CRISIS,
        TaskKind.STEP_DOWN_REVIEW: "POST /v1/episodes/{episode_id}/step-down",
        TaskKind.DISCHARGE_REVIEW: "POST /v1/episodes/{episode_id}/discharge",
        TaskKind.AFTERCARE_CHECK: "POST /v1/episodes/{episode_id}/aftercare-contacts",
    }
)
