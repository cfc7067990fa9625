"""The API of operations: the views of the console as data."""
