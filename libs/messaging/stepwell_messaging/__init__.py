"""Outbox, relay, consumer, inbox and parking between PostgreSQL and Kafka."""
