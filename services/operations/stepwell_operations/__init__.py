"""Projections over all events, the console and the command line."""
