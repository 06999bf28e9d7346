"""The repository that scenarios start from: the engine of this checkout, and a blog of two posts and one notebook."""

import compileall
import json
import py_compile
import shutil
import subprocess
from pathlib import Path

from tests.workflows import bare_repository

CHECKOUT = Path(__file__).parents[2]

_ENGINE = (
    ".ci", ".github", ".gitignore", "LICENSE", "Makefile", "generator", "pyproject.toml", "requirements-github.lock",
    "requirements.lock", "templates",
)  # fmt: skip

_NOTEBOOK: dict[str, object] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"id": "head", "cell_type": "markdown", "metadata": {}, "source": "# A figure\n> One number, told by a cell."},
        {
            "id": "sum",
            "cell_type": "code",
            "metadata": {},
            "source": "print(6 * 7)",
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "42\n"}],
        },
    ],
}

BLOG: dict[str, str] = {
    "README.md": "# A tiny blog\n",
    "_config.yml": (
        "title: A tiny blog\ndescription: Two posts and a notebook.\nurl: https://ann.github.io\nbaseurl: /blog\n"
        "permalink: /posts/:title/\n"
    ),
    "_posts/2026-01-01-first.md": "---\ntitle: The first\n---\nA first post of a tiny blog.\n",
    "_posts/2026-01-02-second.md": "---\ntitle: The second\n---\nA second post, [after the first](/posts/first/).\n",
    "_notebooks/2026-01-03-figure.ipynb": json.dumps(_NOTEBOOK, indent=1),
}


def base_repository(target: Path) -> Path:
    """Make the bare repository at target: one commit on ``main`` with the engine as it stands on disk, and BLOG."""
    bare_repository.create(target)
    environ = {"GIT_INDEX_FILE": str(target / "index"), "GIT_WORK_TREE": str(CHECKOUT)}
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *_ENGINE],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    ).stdout
    there = b"\0".join(path for path in listed.split(b"\0") if path and (CHECKOUT / path.decode()).is_file())
    bare_repository.git(target, "update-index", "--add", "-z", "--stdin", given=there, environ=environ)
    tree = bare_repository.git(target, "write-tree", environ=environ)
    bare_repository.commit_tree(target, "refs/heads/main", tree, (), "The engine")
    bare_repository.commit(target, "refs/heads/main", BLOG, "A tiny blog")
    bare_repository.git(target, "repack", "-a", "-d", "-q")
    return target


def compiled_engine(target: Path) -> Path:
    """Bytecode of the engine, told from its source by a hash: fresh checkouts get it and compile nothing anew."""
    shutil.copytree(CHECKOUT / "generator", target, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(target, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return target
