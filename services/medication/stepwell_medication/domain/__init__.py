"""Rules of medication: frozen values and functions, without I/O or clock."""
