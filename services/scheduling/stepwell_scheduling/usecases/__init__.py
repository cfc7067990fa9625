"""One file per command of scheduling."""
