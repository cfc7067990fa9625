"""Rules of scheduling: frozen values and functions, without I/O or clock."""
