"""Client, payload codec, interceptors and worker start-up for Temporal."""
