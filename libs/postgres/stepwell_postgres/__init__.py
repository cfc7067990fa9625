"""Transactions on PostgreSQL: one edge, one transaction, with idempotency, duties and audit rows inside it."""
