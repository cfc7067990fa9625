"""Rules of operations: who may see what."""
