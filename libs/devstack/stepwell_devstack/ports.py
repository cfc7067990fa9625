"""Ports on the loopback address."""

import random

from stepwell_devstack.loopback import listen

#: Below the range from which Linux takes the local ends of connections (ip_local_port_range begins at 32768): between
#: our look and the server's bind, such a connection could take a port from that range.
FREE_PORTS = range(20_000, 32_000)


def choose_port(preferred: int) -> int:
    """The preferred port when nobody has it, else a free one; 0 prefers none."""
    candidates = random.sample(FREE_PORTS, k=len(FREE_PORTS))
    for port in (preferred, *candidates) if preferred else candidates:
        try:
            listen(port).close()
        except OSError:
            continue
        return port
    raise OSError("no port is free on the loopback address")
