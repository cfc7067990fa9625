"""The journey of each episode of care as a durable workflow, and the bridge that tells it the facts."""
