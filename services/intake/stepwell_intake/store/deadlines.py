"""Deadlines in force on a day, each one a row with its own version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stepwell_intake.store.rules import JURISDICTION
from stepwell_postgres.transaction import Transaction

IN_FORCE = """
select distinct on (name) name, version, program_type, value
from deadline
where jurisdiction = $1 and program_type in ('any', $2)
      and effective_from <= $3 and (effective_to is null or effective_to > $3)
order by name, program_type = 'any'
"""


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """Values by name, and one name for all the rows that they came from."""

    version: str
    values: Mapping[str, Any]


async def deadline_rules(tx: Transaction, day: date, program_type: str) -> DeadlineRules:
    """The deadlines of a program type; a row of its own goes before one for any type."""
    rows = await tx.connection.fetch(IN_FORCE, JURISDICTION, program_type, day)
    named = "\n".join(f"{row['name']}/{row['program_type']}/{row['version']}" for row in rows)
    digest = hashlib.sha256(named.encode()).hexdigest()[:12]
    return DeadlineRules(f"{JURISDICTION}/{program_type}/{digest}", {row["name"]: row["value"] for row in rows})
