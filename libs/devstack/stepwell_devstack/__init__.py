"""PostgreSQL, Kafka, Temporal and the platform on one machine without containers."""
