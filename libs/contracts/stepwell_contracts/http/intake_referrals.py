"""Bodies of intake's API about readmissions and referrals as networks send them."""

from uuid import UUID

from pydantic import JsonValue, RootModel

from stepwell_contracts.base import Body
from stepwell_contracts.http.intake import EpisodeOpened, MemberId
from stepwell_kernel.codes import PayerKind, PriorityClass, ReferralSource, Urgency


class Readmit(Body):
    """A patient whose episode ended, or whose aftercare goes on, comes back; a member id needs an insurer as payer."""

    program_id: UUID
    source: ReferralSource
    urgency: Urgency = Urgency.ROUTINE
    priority: PriorityClass = PriorityClass.GENERAL
    payer: PayerKind | None = None
    member_id: MemberId | None = None


class FhirBundle(RootModel[dict[str, JsonValue]]):
    """A bundle of FHIR R4, as JSON; what is wrong with it is named by its path in the bundle."""


class BundleReceived(EpisodeOpened):
    """The episode that a bundle opened, the screens recorded from it, and the paths of resources that nobody read."""

    screen_ids: tuple[UUID, ...]
    passed_over: tuple[str, ...]
