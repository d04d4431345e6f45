#!/usr/bin/env python3
"""Runs, tests, checks, measures and packages SalesOS Desktop on a fresh machine; needs Python 3.11 or newer and nothing else."""

from __future__ import annotations

import argparse
import ctypes
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VNC = "vnc:size=1440x900:port=5912"

# Shared object → Debian package; what Qt needs from the system on Linux.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

# What tests need: name used in @pytest.mark.needs → (any of these files or commands, Debian package).
TEST_NEEDS = {
    "xvfb": (("Xvfb",), "xvfb"),
    "openbox": (("openbox",), "openbox"),
    "xdotool": (("xdotool",), "xdotool"),
    "dbus": (("dbus-run-session",), "dbus"),
    "notifications": (("/usr/libexec/mate-notification-daemon",
                       "/usr/lib/mate-notification-daemon/mate-notification-daemon"), "mate-notification-daemon"),
    "atspi": (("/usr/libexec/at-spi2-registryd", "/usr/lib/at-spi2-core/at-spi2-registryd"), "at-spi2-core"),
    "pyatspi": (("/usr/lib/python3/dist-packages/pyatspi",), "python3-pyatspi"),
    "fonts": (("/usr/share/fonts/truetype", "/usr/share/fonts/opentype"), "fonts-dejavu-core"),
}  # fmt: skip


def main() -> int:
    """Runs the command that was named and returns its exit code."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    parser.add_argument("command", choices=("run", "test", "lint", "bench", "screens", "package"))
    options, rest = parser.parse_known_args()
    if sys.version_info < (3, 11):  # noqa: UP036
        return _stop(f"Python 3.11 or newer is needed; this is {platform.python_version()}.")
    testing = options.command in ("test", "lint", "bench", "package")
    problem = _prepare_system() or _prepare_environment(testing)
    if problem:
        return _stop(problem)
    commands = {"run": run, "test": test, "lint": lint, "bench": bench, "screens": screens, "package": package}
    try:
        return commands[options.command](rest)
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """Opens the program; without a screen, through Qt's own VNC on this machine only."""
    environment = dict(os.environ)
    if no_screen(environment):
        environment["QT_QPA_PLATFORM"] = VNC
        print(
            "There is no screen here. The window is served to VNC viewers on this machine: localhost:5912", flush=True
        )
    return _python("-m", "salesos_desktop", *arguments, environment=environment)


def test(arguments: list[str]) -> int:
    """Lint and the whole suite; with arguments only pytest with them."""
    missing = missing_for_tests()
    if missing and not _install([TEST_NEEDS[name][1] for name in missing]):
        packages = " ".join(TEST_NEEDS[name][1] for name in missing)
        print(f"Some tests will not run. To have them too: sudo apt-get install {packages}", flush=True)
    environment = dict(os.environ)
    environment["SALESOS_MISSING"] = ",".join(missing_for_tests())
    # Each test that starts the program would compile all of it anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    code = 0 if arguments else lint([])
    if code or arguments:
        return code or _python("-m", "pytest", *arguments, environment=environment)
    return _in_parts(environment)


def _in_parts(environment: dict[str, str]) -> int:
    """The suite in four processes of a like length: programs and laws, services with both databases and the other laws, and
    windows and a team's server in two; each waits at times."""
    windows, team, laws = (
        sorted(str(path.relative_to(ROOT / "tests")) for path in (ROOT / "tests" / name).rglob("test_*.py"))
        for name in ("ui", "server", "property")
    )
    parts = (
        ["end2end", *laws[3:]], ["services", "storage", *laws[:3]], [*windows[::2], *team[::2], "unit"],
        [*windows[1::2], *team[1::2]],
    )  # fmt: skip
    command = [str(PYTHON), "-m", "pytest", "-p", "no:cacheprovider"]
    # Each with a folder of its own: they would change the rights of a common one under a database that is being made.
    with tempfile.TemporaryDirectory(prefix="salesos-tests-", ignore_cleanup_errors=True) as scratch:
        running = [
            subprocess.Popen(
                [*command, f"--basetemp={scratch}/{number}", *(f"tests/{name}" for name in part)],
                cwd=ROOT, env=environment,
            )
            for number, part in enumerate(parts)
        ]  # fmt: skip
        codes = [each.wait() for each in running]
    return next((code for code in codes if code), 0)


def lint(arguments: list[str]) -> int:
    """Style with ruff, types with mypy."""
    return _python("-m", "ruff", "check", *(arguments or ["."])) or _python("-m", "mypy")


def bench(arguments: list[str]) -> int:
    """Ratios against named rivals, in one run."""
    return _python("-m", "tests.bench", *arguments)


def screens(arguments: list[str]) -> int:
    """Every page and dialog as PNG, from the real widgets; into build/screens when no folder is named."""
    named = arguments and not arguments[0].startswith("-")
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    return _python(
        "-m", "salesos_desktop", "screens", *([] if named else ["build/screens"]), *arguments, environment=environment
    )


def package(arguments: list[str]) -> int:
    """One folder with the program in dist/, which must pass its self-test."""
    code = _python("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "salesos.spec", *arguments)
    if code:
        return code
    program = ROOT / "dist" / "salesos-desktop" / ("salesos-desktop.exe" if os.name == "nt" else "salesos-desktop")
    return subprocess.call([str(program), "self-test"], cwd=ROOT)


def no_screen(environment: dict[str, str], system: str = sys.platform) -> bool:
    """Whether a window has nowhere to go: Linux without X or Wayland, and no platform asked for."""
    return system.startswith("linux") and not any(
        environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def missing_libraries(libraries: dict[str, str] = LIBRARIES) -> list[str]:
    """Debian packages of the shared objects that cannot be loaded; Qt itself is not loaded for this."""
    missing = []
    for name, package_name in libraries.items():
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(package_name)
    return missing


def missing_for_tests() -> list[str]:
    """Names of TEST_NEEDS that this machine lacks."""
    if not sys.platform.startswith("linux"):
        return list(TEST_NEEDS)
    return [
        name for name, (places, _) in TEST_NEEDS.items()
        if not any(glob.glob(place) if place.startswith("/") else shutil.which(place) for place in places)
    ]  # fmt: skip


def _prepare_system() -> str | None:
    """Installs what Qt needs of the system, or gives the line that does; None when all is there."""
    if not sys.platform.startswith("linux"):
        return None
    name, version = platform.libc_ver()
    if name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) < (2, 34):
        return f"Qt needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04, RHEL 9); this system has {version}."
    missing = missing_libraries()
    if missing and not _install(missing):
        return f"Qt needs some libraries of the system. Install them with: sudo apt-get install {' '.join(missing)}"
    return None


def _install(packages: list[str]) -> bool:
    """Installs Debian packages when this is root and apt is there; whether that worked."""
    if not packages:
        return True
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    print(f"Installing {' '.join(packages)}", flush=True)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.call(command, **quiet) == 0:
        return True
    subprocess.call(["apt-get", "update", "-qq"], **quiet)
    return subprocess.call(command, **quiet) == 0


def _prepare_environment(testing: bool) -> str | None:
    """Makes .venv and installs what the lock names, once; None when it is ready, else the cure."""
    if not PYTHON.exists():
        print("Making .venv", flush=True)
        if not _make_venv():
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            if not _install([f"python{version}-venv"]) or not _make_venv():
                return f"Python's venv is missing. Install it with: sudo apt-get install python{version}-venv"
    for name in ("requirements-test.lock",) if testing else ("requirements.lock",):
        lock = ROOT / name
        stamp = VENV / f".{name}.{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
        full = VENV / f".requirements-test.lock.{_hash('requirements-test.lock')}"
        if stamp.exists() or full.exists():
            continue
        print(f"Installing what {name} lists", flush=True)
        if _python("-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)):
            return "The packages could not be installed; see the message above. Check the network and try again."
        stamp.touch()
    if testing and not (VENV / ".project").exists():
        command = (
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-build-isolation",
            "-e",
            ".",
        )
        if _python(*command):
            return "The project itself could not be installed; see the message above."
        (VENV / ".project").touch()
    return None


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()[:16]


def _make_venv() -> bool:
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, check=False)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
    return done.returncode == 0


def _python(*arguments: str, environment: dict[str, str] | None = None) -> int:
    return subprocess.call([str(PYTHON), *arguments], cwd=ROOT, env=environment)


def _stop(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
