"""Which installed kernel runs a notebook."""

import contextlib
import hashlib
import os
import re
import shutil
import site
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import ContentError
from generator.model.execution import KernelChoice

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec

_NATIVE = "python3"
# Names that mean "whatever Python there is", and so are no news when another one runs the notebook.
_ANY_PYTHON = frozenset({"", "python", "python3", "python 3", "python3 (ipykernel)", "python 3 (ipykernel)"})
# Kernels whose name alone says their language: (how it begins, language).
_LANGUAGE_OF_NAME = (
    (r"x?python|conda[-_ ]|ipykernel|pysparkkernel|anaconda|miniconda|venv|\.venv", "python"),
    (r"julia", "julia"),
    (r"ir$|ir[-_ \d]|r$|r[-_ ]|xr$", "r"),
    (r"bash|calysto_bash", "bash"),
    (r"\.net-csharp", "c#"),
    (r"\.net-fsharp", "f#"),
    (r"\.net-powershell", "powershell"),
    (r"deno", "typescript"),
    (r"jslab|javascript|ijavascript", "javascript"),
    (r"scala|almond", "scala"),
    (r"rust|evcxr", "rust"),
    (r"ruby|iruby", "ruby"),
    (r"octave", "octave"),
    (r"sagemath|sage", "sage"),
    (r"gophernotes|gonb", "go"),
    (r"xcpp|c\+\+", "c++"),
)
_PYTHON_ARGV = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
_PYTHON_PROGRAM = re.compile(r"(?:python|pypy)[\d.]*(?:\.exe)?", re.IGNORECASE)


def choose_kernel(wanted: str, language: str, *, python: str | None = None) -> tuple[KernelChoice, str | None]:
    """The kernel for a notebook, and a sentence when another than the wanted one stands in for it.

    Args:
        wanted: name or display name, of the front matter or the notebook; may be empty.
        language: lower-case; empty for the one that wanted speaks of, or Python.
        python: interpreter of the notebook's own environment, which then runs it.

    Raises:
        ContentError: no kernel of that language is installed.
    """
    if python is not None:
        return _python_choice(_NATIVE, python), None
    installed = _installed()
    wanted = " ".join(wanted.split())
    found = _named(wanted, installed)
    if found is not None:
        return _choice(found, installed[found]), None
    language = language or _language_of(wanted) or "python"
    stand_in = _best(wanted, language, installed)
    if stand_in is None:
        raise _no_kernel(wanted, language, installed)
    note = None
    if wanted.lower() not in _ANY_PYTHON or language != "python":
        note = f"`{wanted}` is not installed here; `{stand_in}` runs it" if wanted else None
    return _choice(stand_in, installed[stand_in]), note


def kernels_mark() -> str:
    """Changes when a kernel spec is installed, edited or removed; costs a listing of a few folders.

    Where Jupyter looks: its documentation, "Jupyter paths".
    """
    home = Path.home()
    given = [folder for folder in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if folder]
    share = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    own = home / "Library/Jupyter" if sys.platform == "darwin" else share / "jupyter"
    users = (os.environ.get("JUPYTER_DATA_DIR") or own, Path(site.getuserbase()) / "share/jupyter")
    shared = (Path(sys.prefix) / "share/jupyter", Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter"))
    digest = hashlib.sha256(f"{sys.executable}\0{os.environ.get('PATH', '')}".encode())
    for folder in (*given, *users, *shared, _ipython_folder()):
        for spec in sorted(Path(folder, "kernels").glob("*/kernel.json")):
            with contextlib.suppress(OSError):
                digest.update(f"{spec}\0{spec.stat().st_mtime_ns}\0{spec.stat().st_size}\0".encode())
    return digest.hexdigest()


def _installed() -> dict[str, "KernelSpec"]:
    """Name to spec, those that cannot be read left out; IPython's own is always there when ipykernel is."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_path

    # Named here, since to find IPython's own folder jupyter_client imports all of IPython.
    manager = KernelSpecManager(kernel_dirs=[*jupyter_path("kernels"), str(_ipython_folder() / "kernels")])
    specs = {}
    with warnings.catch_warnings():
        # Folders that only look like kernel specs are nothing the author asked about.
        warnings.simplefilter("ignore")
        for name in sorted(manager.find_kernel_specs()):
            try:
                specs[name] = manager.get_kernel_spec(name)
            except Exception:  # noqa: S112 - a broken spec of another tool's; what it raises is open
                continue
    return specs


def _ipython_folder() -> Path:
    """IPython's documentation, "The IPython directory"."""
    return Path(os.environ.get("IPYTHONDIR") or Path.home() / ".ipython").expanduser()


def _named(wanted: str, installed: Mapping[str, "KernelSpec"]) -> str | None:
    """The spec of that name or display name, in whatever case people write them."""
    asked = wanted.lower()
    if asked in _ANY_PYTHON:
        return None if asked in ("", "python") else (_NATIVE if _NATIVE in installed else None)
    if asked in installed:
        return asked
    return next((name for name, spec in installed.items() if spec.display_name.lower() == asked), None)


def _language_of(wanted: str) -> str:
    lower = wanted.lower()
    return next((language for start, language in _LANGUAGE_OF_NAME if re.match(start, lower)), "")


def _best(wanted: str, language: str, installed: Mapping[str, "KernelSpec"]) -> str | None:
    """The native kernel for Python; else the newest of the language, its plain name before decorated ones."""
    names = [name for name, spec in installed.items() if spec.language.lower() == language]
    if language == "python" and _NATIVE in names:
        return _NATIVE
    family = re.match(r"[a-z]*", wanted.lower())
    alike = [name for name in names if family and family[0] and name.startswith(family[0])]
    return max(alike or names, key=_version, default=None)


def _version(name: str) -> tuple[tuple[int, ...], int]:
    """``julia-1.10`` after ``julia-1.9``; of two alike the shorter name."""
    return tuple(int(number) for number in re.findall(r"\d+", name)), -len(name)


def _no_kernel(wanted: str, language: str, installed: Mapping[str, "KernelSpec"]) -> ContentError:
    listed = ", ".join(f"`{name}` ({spec.language or 'no language'})" for name, spec in installed.items())
    asked = f" (it asks for `{wanted}`)" if wanted else ""
    return ContentError(
        f"no kernel for {language} is installed{asked}; there is {listed or 'none at all'}",
        mend="install one, or name another with `kernel:`",
    )


def _choice(name: str, spec: "KernelSpec") -> KernelChoice:
    argv = tuple(argument.replace("{resource_dir}", spec.resource_dir) for argument in spec.argv)
    python = _interpreter(argv[0]) if argv else None
    return KernelChoice(
        name=name,
        language=spec.language.lower() or _language_of(name),
        argv=argv,
        env=dict(spec.env),
        interrupts_by_message=spec.interrupt_mode == "message",
        python=python,
        is_own_python=python is not None and "ipykernel_launcher" in argv and _is_own(python),
        spec_digest=_digest(spec),
    )


def _python_choice(name: str, python: str) -> KernelChoice:
    argv = (python, *_PYTHON_ARGV)
    digest = hashlib.sha256("\0".join(argv[1:]).encode()).hexdigest()
    return KernelChoice(name, "python", argv, python=python, is_own_python=_is_own(python), spec_digest=digest)


def _digest(spec: "KernelSpec") -> str:
    import json

    return hashlib.sha256(json.dumps(spec.to_dict(), sort_keys=True).encode()).hexdigest()


def _interpreter(program: str) -> str | None:
    """The absolute path of a Python interpreter; None for any other program."""
    if not _PYTHON_PROGRAM.fullmatch(Path(program).name):
        return None
    # jupyter_client reads a bare name of the running version as the running interpreter.
    if program in ("python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"):
        return sys.executable
    found = program if Path(program).is_absolute() else shutil.which(program)
    return str(Path(found).absolute()) if found else None


def _is_own(python: str) -> bool:
    """Interpreters of two virtual environments may be links to one file, so the environments must be the same, too."""
    same_file = os.path.realpath(python) == os.path.realpath(sys.executable)
    prefix = Path(python).absolute().parent.parent
    return same_file and (
        Path(python).absolute() == Path(sys.executable).absolute()
        or os.path.realpath(prefix) == os.path.realpath(sys.prefix)
    )
