"""What scheduling does on the facts of other services."""
