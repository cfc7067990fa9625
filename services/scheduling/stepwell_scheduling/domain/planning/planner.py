"""What every planner does, whatever its method."""

from typing import Protocol

from stepwell_scheduling.domain.planning.values import Plan, Problem


class Planner(Protocol):
    """Turns a problem into a plan; the same problem gives the same plan."""

    def plan(self, problem: Problem) -> Plan:
        """A plan that breaks no hard rule: no overlap, no seat too many, nothing outside availability.

        What is short is told with its reason; a shortfall is never an error.
        """
        ...
