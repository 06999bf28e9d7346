"""What each run depends on: kernel, environment, data, modules of the repository; and the key made of it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePosixPath

from generator.cache.codec import decode, encode
from generator.cache.store import Store
from generator.errors import ContentError
from generator.execution.imports import Imports
from generator.execution.inline_metadata import inline_metadata
from generator.execution.kernels import choose_kernel, kernels_mark
from generator.execution.key import CONTENT, run_key
from generator.execution.lock_files import LOCK_FILES
from generator.execution.own_modules import own_modules
from generator.execution.packages import (
    Packages,
    engine_of,
    environment_parts,
    installed_mark,
    packages_of,
    versions_used,
)
from generator.execution.requirements import whole_requirements
from generator.location import Location
from generator.model.execution import FailureKind, KernelChoice, RunFailure, RunKey
from generator.model.plan import EditionPlan, SourcePlan
from generator.model.request import BuildRequest
from generator.near_words import nearest
from generator.stages.inputs import Inputs, content_of, digest_of_text


@dataclass(frozen=True, slots=True)
class OwnEnvironment:
    """An environment of a post's own, not yet made.

    Args:
        name: of the requirements file, relative to the source directory, or of the notebook that holds them.
        requires_python: as in PEP 723; empty for any.
    """

    name: str
    requirements: bytes
    requires_python: str = ""


@dataclass(frozen=True, slots=True)
class RunNeeds:
    """One edition with what its run depends on, or why it cannot run.

    Args:
        key: None when it cannot run.
        files: declared data and modules of the repository, relative to the source directory.
        versions: of the libraries the notebook imports.
        unused_lock: a lock file in the blog's folder that does not say what is installed.
    """

    plan: SourcePlan
    edition: EditionPlan
    key: RunKey | None = None
    kernel: KernelChoice | None = None
    own: OwnEnvironment | None = None
    files: tuple[str, ...] = ()
    versions: Mapping[str, str] | None = None
    failure: RunFailure | None = None
    notes: tuple[str, ...] = ()
    unused_lock: str = ""

    @property
    def variant(self) -> str | None:
        """The variant's name."""
        return self.edition.variant.name if self.edition.variant else None

    @property
    def name(self) -> str:
        """As ``Job.name``."""
        return self.plan.path if self.variant is None else f"{self.plan.path}#{self.variant}"


@dataclass(frozen=True, slots=True)
class ChosenKernel:
    """What ``choose_kernel`` said."""

    kernel: KernelChoice
    note: str | None


class NeedsFinder:
    """Finds what runs depend on; what several share is found once."""

    def __init__(self, request: BuildRequest, inputs: Inputs) -> None:
        self._request = request
        self._inputs = inputs
        self._defaults = inputs.settings.execution
        self._store = Store(request.cache)
        self._packages: dict[str | None, Packages] = {}
        self._environments: dict[str | None, Mapping[str, str]] = {}
        self._kernels: dict[tuple[str, str], tuple[KernelChoice, str | None]] = {}
        self._paths = tuple(seen.path for seen in inputs.listing.seen if seen.fault is None)
        self._own_modules: dict[str, tuple[str, ...]] = {}
        self._found_lock: tuple[str, bytes] | None = None
        self._has_looked_for_lock = False

    def __call__(self, plan: SourcePlan, edition: EditionPlan) -> RunNeeds:
        """The edition's needs; what keeps it from running is a failure in them, not an exception."""
        try:
            return self._needs(plan, edition)
        except _CannotRunError as wrong:
            return RunNeeds(plan, edition, failure=wrong.failure)

    def _needs(self, plan: SourcePlan, edition: EditionPlan) -> RunNeeds:
        own = self._own_environment(plan, edition)
        kernel, note = self._kernel(plan, edition, is_own=own is not None)
        files = (*self._data(plan, edition), *self._modules(plan))
        environment, versions = self._environment(plan, kernel, own)
        try:
            key = run_key(
                code=plan.code,
                params=edition.wishes.params,
                kernel=kernel,
                folder=_folder_of(plan.path),
                environment=environment,
                files={path: self._inputs.digests(path) for path in files},
                engine=engine_of(self._packages_of(None)),
            )
        except TypeError as wrong:
            mend = "write it as text, a number, a list or a map"
            raise _CannotRunError(FailureKind.PARAMETERS, f"`params:` holds {wrong}", mend) from None
        lock = self._lock()
        is_unused = lock is not None and own is None and bool(environment) and lock[0] not in environment
        return RunNeeds(
            plan,
            edition,
            key,
            kernel,
            own,
            files,
            versions,
            notes=(note,) if note else (),
            unused_lock=lock[0] if lock is not None and is_unused else "",
        )

    def _own_environment(self, plan: SourcePlan, edition: EditionPlan) -> OwnEnvironment | None:
        name = edition.wishes.environment
        if name is None and plan.first_cell:
            try:
                block = inline_metadata(plan.first_cell, Location(plan.path, cell=plan.first_cell_number))
            except ContentError as wrong:
                raise _CannotRunError.of(FailureKind.ENVIRONMENT, wrong) from None
            if block is not None:
                return OwnEnvironment(plan.path, "\n".join(block.dependencies).encode(), block.requires_python)
        is_python = plan.language in ("", "python", "ipython")
        if name is not None and not is_python:
            said = f"`environment:` is for Python, and this notebook is written in {plan.language}"
            raise _CannotRunError(
                FailureKind.ENVIRONMENT, said, "take it out, or set up that language's own environment"
            )
        name = name or (self._defaults.environment if is_python else None)
        if not name:
            return None
        path = self._beside(plan.path, name)
        if path is None:
            near = nearest(name, [path for path in self._paths if path.endswith((".txt", ".lock", ".in"))])
            mend = f"write `environment: {near}`" if near else "write its path from the blog's folder"
            raise _CannotRunError(FailureKind.ENVIRONMENT, f"there is no requirements file `{name}`", mend)
        return OwnEnvironment(path, self._request.source.joinpath(path).read_bytes())

    def _kernel(self, plan: SourcePlan, edition: EditionPlan, *, is_own: bool) -> tuple[KernelChoice, str | None]:
        if is_own:
            # Which interpreter it will be is known once the environment is made; for the key its name is enough.
            argv = ("python", "-m", "ipykernel_launcher", "-f", "{connection_file}")
            return KernelChoice("python3", "python", argv, python="python"), None
        wanted = edition.wishes.kernel or plan.kernel_name or self._defaults.kernel or ""
        language = plan.language
        if (wanted, language) not in self._kernels:
            self._kernels[wanted, language] = self._chosen(wanted, language)
        return self._kernels[wanted, language]

    def _chosen(self, wanted: str, language: str) -> tuple[KernelChoice, str | None]:
        """From the store while the same kernels are installed: Jupyter takes a fifth of a second to list them."""
        key = digest_of_text("kernel", wanted, language, kernels_mark(), installed_mark(None))
        kept = self._store.get("derived", key)
        chosen = None if kept is None else decode(kept, ChosenKernel)
        if chosen is None:
            try:
                chosen = ChosenKernel(*choose_kernel(wanted, language))
            except ContentError as wrong:
                raise _CannotRunError.of(FailureKind.KERNEL, wrong) from None
            self._store.put("derived", key, encode(chosen))
        return chosen.kernel, chosen.note

    def _data(self, plan: SourcePlan, edition: EditionPlan) -> tuple[str, ...]:
        """Files that ``data:`` names, looked for from the blog's folder and beside the notebook."""
        found: list[str] = []
        for pattern in edition.wishes.data:
            matching = [path for path in self._matching(pattern, plan.path) if path != plan.path]
            if not matching:
                if self._is_out_of_sight(pattern, plan.path):
                    said = f"its data file `{pattern}` is in a folder that is not looked into"
                    mend = "move it out of hidden and linked folders, environments and caches: `data/` is a good place"
                    raise _CannotRunError(FailureKind.DATA, said, mend)
                near = nearest(pattern, self._paths)
                mend = f"write `{near}`" if near else "put the file there, or mend `data:` in the front matter"
                raise _CannotRunError(FailureKind.DATA, f"its data file `{pattern}` is missing", mend)
            found.extend(matching)
        return tuple(dict.fromkeys(found))

    def _is_out_of_sight(self, pattern: str, notebook: str) -> bool:
        places = (pattern, _joined(_folder_of(notebook), pattern))
        return any((self._request.source / place).exists() for place in places)

    def _matching(self, pattern: str, notebook: str) -> list[str]:
        cleaned = pattern.removeprefix("./").rstrip("/")
        for whole in (cleaned, _joined(_folder_of(notebook), cleaned)):
            matching = [path for path in self._paths if path == whole or _fits(path, whole)]
            if matching:
                return matching
        return []

    def _beside(self, notebook: str, name: str) -> str | None:
        cleaned = name.removeprefix("./")
        places = (cleaned, _joined(_folder_of(notebook), cleaned))
        return next((path for path in places if self._inputs.digests(path) is not None), None)

    def _modules(self, plan: SourcePlan) -> tuple[str, ...]:
        if plan.path not in self._own_modules:
            self._own_modules[plan.path] = own_modules(
                Imports(plan.modules, plan.scripts),
                folder=_folder_of(plan.path),
                exists=lambda path: self._inputs.digests(path) is not None,
                read=partial(content_of, self._request),
            )
        return self._own_modules[plan.path]

    def _environment(
        self, plan: SourcePlan, kernel: KernelChoice, own: OwnEnvironment | None
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """What of the environment enters the key, and the versions of what the notebook imports."""
        if own is not None:
            version = own.requires_python or self._packages_of(None).version
            try:
                whole = whole_requirements(own.requirements, name=own.name, read=partial(content_of, self._request))
            except ContentError as wrong:
                raise _CannotRunError.of(FailureKind.ENVIRONMENT, wrong) from None
            digest = digest_of_text(whole.text, whole.constraints)
            return {own.name: CONTENT + digest, "Python": version}, {}
        if kernel.python is None:
            return {}, {}
        python = None if kernel.is_own_python else kernel.python
        packages = self._packages_of(python)
        used = versions_used(Imports(plan.modules, plan.scripts), packages)
        if python not in self._environments:
            self._environments[python] = environment_parts(self._lock(), packages)
        return self._environments[python], used

    def _packages_of(self, python: str | None) -> Packages:
        if python not in self._packages:
            self._packages[python] = packages_of(python)
        return self._packages[python]

    def _lock(self) -> tuple[str, bytes] | None:
        if not self._has_looked_for_lock:
            self._found_lock = self._look_for_lock()
            self._has_looked_for_lock = True
        return self._found_lock

    def _look_for_lock(self) -> tuple[str, bytes] | None:
        name = next((name for name in LOCK_FILES if self._inputs.digests(name) is not None), None)
        content = None if name is None else content_of(self._request, name)
        return None if name is None or content is None else (name, content)


class _CannotRunError(Exception):
    """Why an edition cannot run."""

    def __init__(self, kind: FailureKind, problem: str, mend: str, at: Location | None = None) -> None:
        super().__init__(problem)
        place = at or Location("")
        self.failure = RunFailure(kind, problem, mend, cell=place.cell, line=place.line)

    @classmethod
    def of(cls, kind: FailureKind, wrong: ContentError) -> "_CannotRunError":
        return cls(kind, wrong.problem, wrong.mend or "mend it", wrong.at)


def _folder_of(path: str) -> str:
    folder = PurePosixPath(path).parent.as_posix()
    return "" if folder == "." else folder


def _joined(folder: str, name: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(folder).parts, *PurePosixPath(name).parts):
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _fits(path: str, pattern: str) -> bool:
    """Whether path is what a glob names, or lies in a folder it names; ``**`` crosses folders, ``*`` does not."""
    return _fits_parts(path.split("/"), pattern.split("/"))


def _fits_parts(path: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_fits_parts(path[start:], pattern[1:]) for start in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _fits_parts(path[1:], pattern[1:])
