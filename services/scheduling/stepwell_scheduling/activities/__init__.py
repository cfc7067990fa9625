"""What the journey has scheduling do."""
