"""When a patient can come back in a new episode, and what a referral says about who pays."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from stepwell_intake.domain.coverage import check_coverage
from stepwell_intake.domain.episodes import Episode
from stepwell_intake.domain.readmission import check_not_readmitted, check_readmission
from stepwell_kernel.codes import AgeBand, PayerKind, Phase
from stepwell_kernel.errors import Conflict, Invalid
from stepwell_kernel.ids import new_id

PATIENT = new_id()
UNDER_WAY = [phase for phase in Phase if phase not in {Phase.AFTERCARE, Phase.DECLINED, Phase.CLOSED}]


def episode(phase: Phase, episode_id: UUID | None = None) -> Episode:
    return Episode(
        episode_id=episode_id or new_id(),
        patient_id=PATIENT,
        facility_id=new_id(),
        program_id=new_id(),
        age_band=AgeBand.ADULT,
        phase=phase,
        part=None,
        prescribed_minutes_per_week=0,
        received_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("phase", "others", "deceased", "refusal"),
    [
        (Phase.AFTERCARE, (), False, None),
        (Phase.DECLINED, (), False, None),
        (Phase.CLOSED, (), False, None),
        (Phase.CLOSED, (Phase.CLOSED, Phase.DECLINED), False, None),
        (Phase.CLOSED, (Phase.AFTERCARE,), False, "episode_open"),
        (Phase.DECLINED, (Phase.REFERRAL,), False, "episode_open"),
        (Phase.AFTERCARE, (Phase.TREATMENT,), False, "episode_open"),
        (Phase.CLOSED, (), True, "patient_deceased"),
        (Phase.AFTERCARE, (), True, "patient_deceased"),
        *((phase, (), False, "phase_does_not_allow") for phase in UNDER_WAY),
    ],
)
def test_after_the_end_or_in_aftercare(
    phase: Phase, others: tuple[Phase, ...], *, deceased: bool, refusal: str | None
) -> None:
    """One episode at a time; a readmission is a new episode linked to the old (TEDS counts admissions)."""
    old = episode(phase)
    of_patient = [old, *(episode(other) for other in others)]
    if refusal is None:
        check_readmission(old, of_patient, deceased=deceased)
        return
    with pytest.raises(Conflict) as caught:
        check_readmission(old, of_patient, deceased=deceased)
    assert caught.value.code == refusal


@pytest.mark.parametrize(
    ("other", "passes"),
    [
        (Phase.AFTERCARE, True),
        (Phase.DECLINED, True),
        (Phase.CLOSED, True),
        *((phase, False) for phase in UNDER_WAY),
    ],
)
def test_care_begins_again_only_where_it_does_not_go_on_elsewhere(other: Phase, *, passes: bool) -> None:
    """One episode at a time: who was readmitted does not step up in the episode before."""
    old = episode(Phase.AFTERCARE)
    if passes:
        check_not_readmitted(old, [old, episode(other)])
        return
    with pytest.raises(Conflict, match="episode_open"):
        check_not_readmitted(old, [old, episode(other)])


@pytest.mark.parametrize(
    ("payer", "member_id", "passes"),
    [
        (None, None, True),
        (PayerKind.SELF_PAY, None, True),
        (PayerKind.MEDICAID, None, True),
        (PayerKind.MEDICAID, "M-1", True),
        (PayerKind.OTHER, "M-1", True),
        (PayerKind.SELF_PAY, "M-1", False),
        (None, "M-1", False),
    ],
)
def test_a_member_id_needs_an_insurer(payer: PayerKind | None, member_id: str | None, *, passes: bool) -> None:
    """Coverage is known at intake; a member id belongs to whoever insures."""
    if passes:
        check_coverage(payer, member_id)
        return
    with pytest.raises(Invalid) as caught:
        check_coverage(payer, member_id)
    assert (caught.value.code, caught.value.fields[0].path) == ("coverage_contradictory", "payer")
