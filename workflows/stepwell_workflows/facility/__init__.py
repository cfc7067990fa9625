"""The calendar of each facility: recurring work that belongs to no single episode."""
