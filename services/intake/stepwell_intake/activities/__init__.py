"""What the journey has intake do."""
