"""A network at work: its staff poll their worklists, its patients come, miss, answer, relapse and return."""
