"""SQL of the read models, beside the functions that run it."""
