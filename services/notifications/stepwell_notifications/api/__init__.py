"""Routers of notifications."""
