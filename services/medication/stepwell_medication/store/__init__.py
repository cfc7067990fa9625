"""SQL of medication, beside the functions that run it."""
