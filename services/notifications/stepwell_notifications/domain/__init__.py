"""Rules of notifications: frozen values and functions, without I/O or clock."""
