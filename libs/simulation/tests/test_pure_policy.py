"""The usual policy is what intake's own rows say."""

from datetime import date

from stepwell_contracts.journey_policy import Deadlines
from stepwell_kernel.codes import Role
from stepwell_simulation.pure.policy import usual_policy
from stepwell_testing.plugin import OpenEdge

IN_FORCE = "select name, value from deadline where program_type = 'any' and effective_to is null"


async def test_the_usual_policy_is_what_the_first_rows_of_intake_say(open_edge: OpenEdge) -> None:
    edge = await open_edge("intake")
    async with edge.transactions(edge.person(Role.COUNSELOR)) as tx:
        rows = await tx.connection.fetch(IN_FORCE)
    seeded = Deadlines.model_validate({row["name"]: row["value"] for row in rows})
    usual = usual_policy("America/New_York", (date(2026, 11, 26),))
    assert Deadlines.model_validate(usual.model_dump()) == seeded
    assert usual.holidays == (date(2026, 11, 26),)
