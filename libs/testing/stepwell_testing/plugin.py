"""Fixtures for every test of Stepwell, loaded by pytest through the package entry point."""
