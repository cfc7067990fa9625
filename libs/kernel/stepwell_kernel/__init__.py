"""Ids, callers, errors, codes and time: what every part of Stepwell agrees on. No I/O, no third-party import."""
