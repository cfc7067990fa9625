"""What medication does on the facts of other services."""
