"""From Kafka events to signals: the only consumer that talks to Temporal."""
