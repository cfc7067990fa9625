"""The HTTP edge: application, problem documents, middleware, callers and command keys."""
