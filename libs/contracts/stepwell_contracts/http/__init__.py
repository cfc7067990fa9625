"""Request and response bodies of the public APIs, one module per service."""
