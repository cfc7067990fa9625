"""The verdict on a run: what the databases, the broker and the workflows hold, read anew and compared."""
