"""What notifications does on the facts of other services."""
