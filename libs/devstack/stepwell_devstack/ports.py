"""Ports on the loopback address."""

from stepwell_devstack.loopback import listen


def choose_port(preferred: int) -> int:
    """The preferred port when nobody has it, else a free one; 0 prefers none."""
    try:
        listener = listen(preferred)
    except OSError:
        listener = listen(0)
    with listener:
        port: int = listener.getsockname()[1]
        return port
