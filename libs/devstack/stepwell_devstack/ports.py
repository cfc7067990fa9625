"""Ports on the loopback address, each for one process at a time."""

import random
import socket
import sys
from itertools import chain

from stepwell_devstack.loopback import listen

#: Below the range from which Linux takes the local ends of connections (ip_local_port_range begins at 32768): between
#: our look and the server's bind, such a connection could take a port from that range.
FREE_PORTS = range(20_000, 32_000)


def choose_port(preferred: int) -> int:
    """The preferred port when nobody has it, else a free one; 0 prefers none.

    No other process that chooses here gets it before this one has ended (Linux; elsewhere it may): not while the server
    starts, nor when it was killed and comes back.
    """
    wanted = (preferred,) if preferred else ()
    first = random.randrange(len(FREE_PORTS))  # noqa: S311
    for port in chain(wanted, FREE_PORTS[first:], FREE_PORTS[:first]):
        if _is_free(port) and _reserve(port):
            return port
    raise OSError("no port is free on the loopback address")


def _is_free(port: int) -> bool:
    try:
        listen(port).close()
    except OSError:
        return False
    return True


def _reserve(port: int) -> bool:
    """Whether it is ours: a name in the abstract namespace, which the kernel gives back when the process ends."""
    if sys.platform != "linux":
        return True
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        holder.bind(f"\0stepwell-port-{port}")
    except OSError:
        holder.close()
        return False
    holder.detach()
    return True
