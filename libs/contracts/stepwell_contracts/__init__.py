"""Everything that crosses a process border, as data: events, request and response bodies, workflow messages."""
