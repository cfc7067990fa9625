"""Rules of disclosure, authorization and the treatment plan in force on a day."""

from datetime import date, timedelta
from typing import Any

import asyncpg

from stepwell_intake.domain.authorization import AuthorizationRule
from stepwell_intake.domain.disclosure import DisclosureRule, Review, Way
from stepwell_intake.domain.plan import PlanRule
from stepwell_intake.store.rules import rows_in_force, version_of
from stepwell_kernel.codes import DisclosureGround, Role
from stepwell_kernel.legal_codes import ConsentPurpose, Evidence, InformationScope, Requester, RequestPurpose
from stepwell_postgres.transaction import Transaction


async def disclosure_rules(tx: Transaction, day: date) -> tuple[DisclosureRule, ...]:
    """The access decision table, in its order."""
    return tuple(_disclosure(row) for row in await rows_in_force(tx, "disclosure", day))


async def accounting_years(tx: Transaction, day: date) -> int:
    """How many years back the accounting of disclosures goes."""
    (row,) = await rows_in_force(tx, "accounting", day)
    years: int = row["parameters"]["years"]
    return years


async def authorization_rule(tx: Transaction, day: date) -> AuthorizationRule:
    """What an authorization can be, and when its units want attention."""
    (row,) = await rows_in_force(tx, "authorization", day)
    parameters = row["parameters"]
    return AuthorizationRule(
        rule=version_of(row),
        most_days=parameters["most_days"],
        alert_used_percent=parameters["alert_used_percent"],
        alert_units_left=parameters["alert_units_left"],
    )


async def plan_rule(tx: Transaction, day: date) -> PlanRule:
    """What a treatment plan can be, and whose signature makes one."""
    (row,) = await rows_in_force(tx, "treatment_plan", day)
    parameters = row["parameters"]
    return PlanRule(version_of(row), frozenset(parameters["credentials"]), parameters["most_days_ahead"])


def _disclosure(row: asyncpg.Record) -> DisclosureRule:
    parameters: dict[str, Any] = row["parameters"]
    return DisclosureRule(
        rule=version_of(row),
        requesters=frozenset(Requester(one) for one in parameters.get("requesters", ())),
        purposes=frozenset(RequestPurpose(one) for one in parameters.get("purposes", ())),
        scopes=frozenset(InformationScope(one) for one in parameters.get("scopes", ())),
        ways=tuple(_way(way) for way in parameters["ways"]),
        denied=parameters["denied"],
        review=_review(parameters),
    )


def _way(way: dict[str, Any]) -> Way:
    return Way(
        ground=DisclosureGround(way["ground"]),
        consents=frozenset(ConsentPurpose(one) for one in way.get("consents", ())),
        evidence=frozenset(Evidence(one) for one in way.get("evidence", ())),
        named=way.get("named", False),
        notice=way.get("notice"),
        instruction=way.get("instruction"),
        review=_review(way),
    )


def _review(parameters: dict[str, Any]) -> Review | None:
    review = parameters.get("review")
    return Review(Role(review["role"]), timedelta(hours=review["hours"])) if review else None
