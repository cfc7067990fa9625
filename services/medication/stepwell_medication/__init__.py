"""Medication orders, doses, drug tests and inventory."""
