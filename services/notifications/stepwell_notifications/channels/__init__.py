"""Ways out: each takes a message over for delivery, or says why not."""
