"""What becomes due when an episode enters a phase."""
