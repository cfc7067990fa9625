"""Runs a command that ends when its parent does (Linux; elsewhere it just runs).

A program of its own and not a hook between fork and exec: code run there in a process with threads can hang.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """`PARENT_PID COMMAND [ARGUMENT ...]`: ask for SIGTERM at the parent's end, then become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  the platform's own command line


if __name__ == "__main__":
    main()
