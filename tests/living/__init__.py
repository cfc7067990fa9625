"""One platform on which a small network has lived, for all modules of this folder."""
