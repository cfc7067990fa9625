"""One file per command of intake."""
