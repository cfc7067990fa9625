"""Rules of intake: frozen values and functions, without I/O or clock."""
