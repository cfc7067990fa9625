"""SQL of scheduling, beside the functions that run it."""
