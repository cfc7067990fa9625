"""Routers of intake: parse, open the transaction, call the use case, answer."""
