"""Routers of scheduling: parse, open the transaction, call the use case, answer."""
