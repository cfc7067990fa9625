"""Routers of medication: parse, open the transaction, call the use case, answer."""
