"""One file per command of medication."""
