"""Ids, callers, errors and time: what every part of Stepwell agrees on, without I/O and without a third-party import."""
