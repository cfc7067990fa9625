"""Readmission: a new episode of a patient who has been here before."""

from collections.abc import Iterable, Set as AbstractSet

from stepwell_intake.domain.episodes import ENDED, IN_AFTERCARE, Episode, check_phase
from stepwell_kernel.codes import Phase
from stepwell_kernel.errors import Conflict

#: Within the year of aftercare a patient may also step up in the same episode; that is for a clinician to decide.
READMITTABLE = ENDED | IN_AFTERCARE


def check_readmission(episode: Episode, of_patient: Iterable[Episode], *, deceased: bool) -> None:
    """Raise Conflict (`phase_does_not_allow`, `patient_deceased`, `episode_open`) unless a new episode may follow.

    `of_patient` are all episodes of the patient. A patient is in one episode at a time.
    """
    check_phase(episode, READMITTABLE, "readmission")
    if deceased:
        raise Conflict("patient_deceased", "the patient has died", rule="readmission.patient")
    _check_others(episode, of_patient, ENDED)


def check_not_readmitted(episode: Episode, of_patient: Iterable[Episode]) -> None:
    """Raise Conflict (`episode_open`) when care cannot begin again here because it goes on in another episode."""
    _check_others(episode, of_patient, READMITTABLE)


def _check_others(episode: Episode, of_patient: Iterable[Episode], allowed: AbstractSet[Phase]) -> None:
    others = (other for other in of_patient if other.episode_id != episode.episode_id)
    if any(other.phase not in allowed for other in others):
        raise Conflict("episode_open", "another episode of the patient is open", rule="readmission.one_episode")
