"""Providers of text messages as the local platform has them: what they take arrives in the mailbox."""
