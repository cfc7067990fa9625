"""One file per command of notifications."""
