"""One platform, for kills and races."""
