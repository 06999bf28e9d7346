"""What is installed for a Python, and what of it enters the key of a run."""

# Asked at every build, the one that changes nothing included, and a Path costs as much as the system call.
# ruff: noqa: PTH111, PTH113, PTH116, PTH118, PTH119, PTH120, PTH123, PTH207, PTH208

import glob
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from generator.errors import MachineError
from generator.execution.imports import Imports
from generator.execution.key import CONTENT, ENGINE
from generator.execution.lock_files import normal_name, pins_of


@dataclass(frozen=True, slots=True)
class Packages:
    """What an interpreter can import.

    Args:
        version: of Python, such as ``3.11.7``.
        versions: of every installed distribution, by its name as PEP 503 normalises it, sorted.
    """

    version: str
    versions: Mapping[str, str]


# What a notebook's outputs never depend on; inkmill itself is the engine, which has a part of its own.
_NOT_COUNTED = frozenset("pip setuptools wheel uv inkmill".split())
_ASKING_SECONDS = 60
_QUESTION = """
import json, platform, site, sys
user = site.getusersitepackages() if sys.prefix == sys.base_prefix else None
print(json.dumps([platform.python_version(), sys.path, user]))
"""


def packages_of(python: str | None) -> Packages:
    """What is installed for an interpreter.

    Args:
        python: absolute; None for the one inkmill runs in.

    Raises:
        MachineError: the interpreter does not answer.
    """
    if python is None:
        return Packages(platform.python_version(), _installed(sys.path))
    version, folders = _asked(python)
    return Packages(version, _installed(folders))


def _asked(python: str) -> tuple[str, list[str]]:
    """The version of an interpreter, and the folders it imports from."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", _QUESTION], capture_output=True, text=True, timeout=_ASKING_SECONDS, check=True
        )
        version, folders, user = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise _no_answer(python, f"did not answer within {_ASKING_SECONDS} s") from None
    except subprocess.CalledProcessError as failure:
        said = failure.stderr.strip().splitlines()
        raise _no_answer(python, f"cannot run: {said[-1] if said else failure}") from None
    except OSError as failure:
        raise _no_answer(python, f"cannot run: {failure.strerror or failure}") from None
    except (ValueError, IndexError, TypeError):
        raise _no_answer(python, "does not answer as a Python does") from None
    return version, [*folders, *([user] if user else [])]


def _no_answer(python: str, why: str) -> MachineError:
    return MachineError(
        f"the interpreter `{python}` {why}",
        mend="install its kernel anew: `python -m ipykernel install --sys-prefix`, with the Python you mean",
    )


def _installed(folders: Iterable[str]) -> Mapping[str, str]:
    versions: dict[str, str] = {}
    for folder in dict.fromkeys(folders):
        for entry in _metadata_names(folder):
            name, version = _name_and_version(folder, entry)
            # As imports do: the folder that comes first on the path wins.
            versions.setdefault(normal_name(name), version)
    return dict(sorted(versions.items()))


def _metadata_names(folder: str) -> list[str]:
    """The entries of a folder that stand for installed distributions, sorted."""
    # An empty entry of sys.path is the working folder, which is nobody's environment.
    if not folder:
        return []
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
    except OSError:
        return []


def _name_and_version(folder: str, entry: str) -> tuple[str, str]:
    """``six-1.17.0.dist-info`` says it all; ``six.egg-info`` must be opened."""
    stem, _, kind = entry.rpartition(".")
    name, _, version = stem.partition("-")
    if kind == "egg-info":
        version = re.sub(r"-py\d[\d.]*.*", "", version)
    return name, version or _version_within(os.path.join(folder, entry))


_VERSION_FIELD = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)


def _version_within(path: str) -> str:
    for file in (os.path.join(path, "METADATA"), os.path.join(path, "PKG-INFO"), path):
        with suppress(OSError), open(file, encoding="utf-8", errors="replace") as text:
            found = _VERSION_FIELD.search(text.read())
            if found is not None:
                return found[1]
    return "0"


def installed_mark(python: str | None) -> str:
    """Changes whenever something is installed or removed; no process is started, and nothing is read but folders.

    It may change without cause, so that one looks again; two equal marks mean equal packages.

    Args:
        python: absolute; None for the one inkmill runs in.
    """
    folders = [folder for folder in sys.path if folder] if python is None else list(_site_folders(python))
    mark = hashlib.sha256(_stat_words(python or sys.executable).encode())
    for folder in folders:
        # The time of a folder that holds no packages, such as the blog's own, says nothing about them.
        is_site = os.path.basename(folder) in ("site-packages", "dist-packages", "pyvenv.cfg")
        for word in (folder, _stat_words(folder) if is_site else "", *_metadata_names(folder)):
            mark.update(f"{word}\0".encode(errors="surrogatepass"))
    return mark.hexdigest()


def _stat_words(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return f"{found.st_mtime_ns} {found.st_size if os.path.isfile(path) else ''}"


def _site_folders(python: str) -> Iterator[str]:
    """Where packages of an interpreter lie, judged by where it stands itself."""
    prefixes = [os.path.dirname(os.path.dirname(python))]
    configuration = os.path.join(prefixes[0], "pyvenv.cfg")
    text = ""
    with suppress(OSError), open(configuration, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if not text or re.search(r"include-system-site-packages\s*=\s*true", text, re.IGNORECASE):
        # An environment's interpreter is a link to the one it was made with.
        prefixes += [os.path.dirname(os.path.dirname(os.path.realpath(python))), "/usr/local"]
        prefixes.append(os.path.expanduser("~/.local"))
    yield configuration
    for prefix in dict.fromkeys(prefixes):
        for pattern in ("lib*/python3*/site-packages", "lib*/python3*/dist-packages", "Lib/site-packages"):
            yield from sorted(glob.glob(os.path.join(glob.escape(prefix), pattern)))


def environment_parts(lock: tuple[str, bytes] | None, packages: Packages) -> Mapping[str, str]:
    """What of the environment enters the key of a run: Python, and the lock file or the packages.

    A lock file stands for the packages it pins while what is installed agrees with it; packages beyond it enter by
    name. Where it disagrees, pins not everything or is not there, every package does.

    Args:
        lock: name and content.
    """
    counted = {name: version for name, version in packages.versions.items() if name not in _NOT_COUNTED}
    python = {"Python": packages.version}
    pins = None if lock is None else pins_of(*lock)
    if lock is None or pins is None or not pins.agree_with(packages.versions):
        return {**python, **counted}
    beyond = {name: version for name, version in counted.items() if name not in pins.versions}
    return {**python, lock[0]: CONTENT + hashlib.sha256(lock[1]).hexdigest(), **beyond}


def engine_of(own: Packages) -> str:
    """The part ``engine`` of a key: inkmill's own number, and what drives the kernel.

    Their patch releases change no output; a minor release of papermill may write parameters in another way.

    Args:
        own: of the interpreter inkmill runs in.
    """
    drivers = (f"{name} {_minor(own.versions[name])}" for name in ("nbclient", "papermill") if name in own.versions)
    return ", ".join((ENGINE, *drivers))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


# Import names whose distribution is called otherwise.
_DISTRIBUTION_OF = MappingProxyType(
    {
        "Bio": "biopython",
        "IPython": "ipython",
        "OpenSSL": "pyopenssl",
        "PIL": "pillow",
        "bs4": "beautifulsoup4",
        "cv2": "opencv-python",
        "dateutil": "python-dateutil",
        "docx": "python-docx",
        "dotenv": "python-dotenv",
        "fitz": "pymupdf",
        "git": "gitpython",
        "mpl_toolkits": "matplotlib",
        "pptx": "python-pptx",
        "psycopg2": "psycopg2-binary",
        "pylab": "matplotlib",
        "serial": "pyserial",
        "skimage": "scikit-image",
        "sklearn": "scikit-learn",
        "skopt": "scikit-optimize",
        "umap": "umap-learn",
        "yaml": "pyyaml",
        "zmq": "pyzmq",
    }
)
_OTHER_DISTRIBUTIONS = MappingProxyType(
    {"cv2": ("opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless")}
)


_OF_EVERY_KERNEL = frozenset({"ipython", "ipykernel"})


def versions_used(imports: Imports, packages: Packages) -> Mapping[str, str]:
    """The versions of the installed distributions that a notebook imports, by distribution, sorted.

    What every kernel is made of is left out: whoever imports IPython wants its display.
    """
    used = {name for module in imports.modules for name in _distributions(module) if name in packages.versions}
    used -= _OF_EVERY_KERNEL
    return {name: packages.versions[name] for name in sorted(used)}


def _distributions(module: str) -> Iterator[str]:
    """What the distribution of a module may be called."""
    parts = module.split(".")
    top = parts[0]
    yield normal_name(top)
    if top in _DISTRIBUTION_OF:
        yield _DISTRIBUTION_OF[top]
        yield from _OTHER_DISTRIBUTIONS.get(top, ())
    # `google.cloud.storage` is google-cloud-storage.
    yield from (normal_name(".".join(parts[:count])) for count in range(2, len(parts) + 1))
