"""The stepwell command line."""
