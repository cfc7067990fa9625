"""What calendars have medication do."""
