"""Reminders, templates, quiet hours, sending, delivery and paging."""
