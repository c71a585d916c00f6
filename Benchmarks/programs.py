"""Builds what is measured, in release, and says where it lies."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".build-bench"


def run(*command, **options):
    print("+", " ".join(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, **options)


def product(name):
    """A product of the package Benchmarks."""
    scratch = STATE / "build"
    options = ["-c", "release", "--package-path", "Benchmarks", "--scratch-path", scratch, "--product", name]
    run("swift", "build", "--quiet", *options)
    return scratch / "release" / name


def daemon():
    """e911d itself."""
    scratch = STATE / "daemon"
    run("swift", "build", "--quiet", "-c", "release", "--scratch-path", scratch, "--product", "e911d")
    return scratch / "release" / "e911d"
