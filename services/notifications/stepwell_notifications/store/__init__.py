"""SQL of notifications, beside the functions that run it."""
