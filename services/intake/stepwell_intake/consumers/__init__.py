"""What intake does on the facts of other services."""
