"""What each fact means for the journey: one function per event."""
