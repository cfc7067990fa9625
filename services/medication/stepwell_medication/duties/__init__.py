"""What falls due in medication."""
