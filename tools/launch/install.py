"""Make the virtual environment: hashed requirements, and the workspace's own packages.

Run by the Makefile with the system's Python, so it uses the standard library alone. A stamp says
what the environment was made from; when nothing of that changed, this ends at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / ".data" / "setup.lock"
REQUIREMENTS = ROOT / "requirements" / "dev.txt"
OLDEST = (3, 11)


def main() -> None:
    """Set up, or exit with what is missing."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.11 ..."
        )
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another make may be at it
        _set_up()


def _set_up() -> None:
    stamp, made_from = ENVIRONMENT / "made-from", _fingerprint()
    if stamp.exists() and stamp.read_text() == made_from:
        return
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    if not _runs(ENVIRONMENT / "bin" / "python"):
        _make_environment()
    _pip("requirements", ["--require-hashes", "-r", str(REQUIREMENTS)], len(_pinned()))
    editable = [part for package in _packages() for part in ("-e", str(package))]
    _pip("packages of this repository", ["--no-build-isolation", "--no-deps", *editable], len(_packages()))
    # pip compiles what it installs, but not what is used from where it lies.
    subprocess.run([str(ENVIRONMENT / "bin" / "python"), "-m", "compileall", "-q", *map(str, _packages())])
    stamp.write_text(made_from)
    _say(f"the environment is ready in {time.monotonic() - began:.0f} s\n")


def _packages() -> list[Path]:
    return sorted(
        path.parent
        for path in ROOT.glob("*/*/pyproject.toml")
        if path.parts[-3] in ("libs", "services", "tools")
    )


def _fingerprint() -> str:
    """What the environment follows from: this Python, the requirements, the packages' descriptions, its place."""
    digest = hashlib.sha256(f"{sys.version} {sysconfig.get_platform()} {ENVIRONMENT}".encode())
    for file in [REQUIREMENTS, *(package / "pyproject.toml" for package in _packages())]:
        digest.update(f"\n{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _pinned() -> list[str]:
    return re.findall(r"^[\w.\[\]-]+==", REQUIREMENTS.read_text(), re.MULTILINE)


def _runs(python: Path) -> bool:
    """Whether it is there and can run; one that was moved or whose system Python is gone cannot."""
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    _say(f"making {ENVIRONMENT.relative_to(ROOT)} with Python {sys.version.split()[0]}\n")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True)
    if made.returncode:
        sys.exit(
            f"`{sys.executable} -m venv` failed; where Python comes in parts, install the one for it "
            f"(Debian and Ubuntu: apt install python3-venv)\n{made.stdout}{made.stderr}"
        )


def _pip(what: str, arguments: list[str], count: int) -> None:
    """Run `pip install`, showing how far it is and, when it fails, what it said last."""
    install = [
        str(ENVIRONMENT / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
    ]
    command: list[str] = [*install, *arguments]
    said: list[str] = []
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if line.startswith(("Collecting ", "Requirement already", "Obtaining ", "Ignoring ")):
                seen += 1
                if sys.stdout.isatty() or seen % 20 == 0:
                    _show(f"{what}: {min(seen, count)} of {count}")
            elif line.startswith("Installing collected"):
                _show(f"{what}: {count} of {count}, installing")
    _show("")
    if pip.returncode:
        sys.exit(f"{''.join(said[-40:])}\npip could not install the {what}: see above; then run make again")


def _show(progress: str) -> None:
    """On a terminal in one line that is written over; elsewhere a line each."""
    if sys.stdout.isatty():
        _say(f"\r\033[K{progress}")
    elif progress:
        _say(f"{progress}\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
