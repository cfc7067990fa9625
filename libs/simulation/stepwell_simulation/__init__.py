"""A clinic and its patients, driven through the public APIs as staff would do it."""
