"""A small OpenID Connect token issuer for local use; a cluster has its own identity provider."""
