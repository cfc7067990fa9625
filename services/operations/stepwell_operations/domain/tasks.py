"""How care tasks end."""

#: Outcomes by which the journey takes a task back because nobody has to do it any more: the week was amended, the phase
#: left by another step, the patient came back, the window passed, or outreach went on by the fast ladder.
WITHDRAWN = frozenset({"amended", "closed", "fast_path", "phase_changed", "returned", "window_passed"})
