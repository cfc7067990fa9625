"""What falls due in notifications."""
