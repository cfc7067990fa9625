"""The broker's jars: locked by checksum, fetched once, kept outside the checkout."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from stepwell_kernel.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its name in the folder."""
        return f"{self.artifact}-{self.version}.jar"


def locked_jars() -> Sequence[Jar]:
    """The lock: `group:artifact:version sha256`, one a line."""
    lines = _lock_text().splitlines()
    return [_jar(line) for line in lines if line.strip() and not line.startswith("#")]


def _jar(line: str) -> Jar:
    coordinates, sha256 = line.split()
    group, artifact, version = coordinates.split(":")
    return Jar(group, artifact, version, sha256)


def jar_folder() -> Path:
    """The folder with all jars of the lock, fetched now if they are not there.

    Raises Unavailable (`jars_not_fetched`, `jars_not_as_locked`); nothing is left behind then.
    """
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"kafka-{hashlib.sha256(_lock_text().encode()).hexdigest()[:16]}"
    with _alone(cache / "kafka.lock"):
        if not folder.exists():
            _fetch_into(folder)
    return folder


def cache_folder() -> Path:
    """Where downloads are kept: STEPWELL_CACHE, else the user's cache folder."""
    chosen = os.environ.get("STEPWELL_CACHE")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stepwell"


def _lock_text() -> str:
    return (files("stepwell_devstack") / "kafka-jars.lock").read_text(encoding="utf-8")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two test runs must not fetch at once."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch_into(folder: Path) -> None:
    jars = locked_jars()
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if shutil.which("mvn"):
            _by_maven(draft, jars)
        else:
            _by_jgo(draft, jars)
        _check(draft, jars)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(folder: Path, jars: Sequence[Jar]) -> None:
    wrong = [
        jar.file_name
        for jar in jars
        if not (folder / jar.file_name).exists()
        or hashlib.sha256((folder / jar.file_name).read_bytes()).hexdigest() != jar.sha256
    ]
    if wrong:
        raise Unavailable("jars_not_as_locked", f"missing or with another checksum: {', '.join(wrong)}")


def _by_maven(folder: Path, jars: Sequence[Jar]) -> None:
    """A flat pom: every jar by name, each without what it depends on, or Maven would choose other versions."""
    with tempfile.TemporaryDirectory() as scratch:
        pom = Path(scratch) / "pom.xml"
        pom.write_text(_pom(jars))
        done = subprocess.run(
            [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(pom),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={folder}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise Unavailable("jars_not_fetched", (done.stdout + done.stderr).strip()[-2000:])


def _pom(jars: Sequence[Jar]) -> str:
    exclusions = "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>"
    dependencies = "".join(
        f"<dependency><groupId>{escape(jar.group)}</groupId><artifactId>{escape(jar.artifact)}</artifactId>"
        f"<version>{escape(jar.version)}</version>{exclusions}</dependency>"
        for jar in jars
    )
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>stepwell</groupId><artifactId>jars</artifactId>"
        f"<version>1</version><packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>"
    )


def _by_jgo(folder: Path, jars: Sequence[Jar]) -> None:
    """Jar by jar; the transitive resolver of jgo chooses other versions in silence."""
    from jgo.maven import MavenContext

    context = MavenContext()
    for jar in jars:
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        shutil.copyfile(component.artifact().resolve(), folder / jar.file_name)
