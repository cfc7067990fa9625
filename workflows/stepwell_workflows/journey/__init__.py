"""The journey of an episode: a pure decision inside a durable shell."""
