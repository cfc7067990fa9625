"""Typed HTTP clients of the Stepwell services."""
