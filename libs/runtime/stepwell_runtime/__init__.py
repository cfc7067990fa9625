"""Process start-up, settings, keys, logging, telemetry, HTTP and health of a service."""
