"""What falls due in intake."""
