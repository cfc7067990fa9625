"""Who may hold a session: by role and credential for its modality, by license where the patient is elsewhere."""

from dataclasses import dataclass
from uuid import UUID

from stepwell_kernel.codes import Role
from stepwell_kernel.errors import Conflict, FieldProblem
from stepwell_kernel.scheduling_codes import Setting
from stepwell_scheduling.domain.rules import RuleVersion


@dataclass(frozen=True, slots=True)
class Clinician:
    """A member of staff by id, with roles and credentials."""

    staff_id: UUID
    roles: frozenset[Role]
    credentials: frozenset[str]


@dataclass(frozen=True, slots=True)
class CredentialRule:
    """One of the roles, and one of the credentials if any are named, allow to hold sessions of a modality."""

    rule: RuleVersion
    roles: frozenset[Role]
    credentials: frozenset[str]

    def allows(self, clinician: Clinician) -> bool:
        """Whether the clinician has what is needed."""
        if not self.roles & clinician.roles:
            return False
        return not self.credentials or bool(self.credentials & clinician.credentials)


@dataclass(frozen=True, slots=True)
class TelehealthRule:
    """In the settings, the clinician needs a license of the state where the patient is, by one of the prefixes."""

    rule: RuleVersion
    settings: frozenset[Setting]
    prefixes: frozenset[str]

    def licenses_for(self, state: str) -> frozenset[str]:
        """The credentials of which one is needed for a state (ISO 3166-2): `license_us_ny` for `US-NY`."""
        suffix = state.lower().replace("-", "_")
        return frozenset(f"{prefix}_{suffix}" for prefix in self.prefixes)


def check_credentials(rule: CredentialRule, clinician: Clinician) -> None:
    """Raise Conflict (`credential_missing`) unless the clinician may hold sessions of the modality."""
    if not rule.allows(clinician):
        raise Conflict(
            "credential_missing",
            "the clinician has neither the role nor the credential for this modality",
            fields=(FieldProblem("clinician_id", "may not hold it", str(rule.rule)),),
            rule=str(rule.rule),
        )


def check_license(rule: TelehealthRule, clinician: Clinician, setting: Setting, state: str) -> None:
    """Raise Conflict (`license_missing`) for a session at a distance without a license where the patient is.

    A place that is a whole country names no state (`patient_state_unknown`). Nobody can override either.
    """
    if setting not in rule.settings:
        return
    if "-" not in state:
        raise Conflict(
            "patient_state_unknown",
            "care at a distance needs the state where the patient is",
            fields=(FieldProblem("patient_jurisdiction", "names no state", str(rule.rule)),),
            rule=str(rule.rule),
        )
    if not rule.licenses_for(state) & clinician.credentials:
        raise Conflict(
            "license_missing",
            f"the clinician has no license of {state}, where the patient is",
            fields=(FieldProblem("clinician_id", "has no license there", str(rule.rule)),),
            rule=str(rule.rule),
        )
