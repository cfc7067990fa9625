"""Changes that need several services: pure tables of steps and compensations, in reading order."""
