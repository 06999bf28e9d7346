"""actions/checkout: one commit of a repository into the workspace, by `git` over HTTP with the token it is given."""

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.workflows.fake_actions.wire import fail, inputs, is_true, job, runtime, workspace


def main() -> None:
    repository, ref = inputs()["repository"], inputs()["ref"]
    is_own = repository == os.environ["GITHUB_REPOSITORY"]
    _refuse_code_of_forks(ref, is_own=is_own)
    if not ref and is_own:
        ref = os.environ["GITHUB_SHA"]
    target = workspace() / inputs()["path"]
    target.mkdir(parents=True, exist_ok=True)
    git(target, "init", "--quiet", "--initial-branch=main")
    git(target, "remote", "add", "origin", f"{os.environ['GITHUB_SERVER_URL']}/{repository}")
    depth = [] if inputs()["fetch-depth"] == "0" else [f"--depth={inputs()['fetch-depth']}"]
    if not depth:
        git(target, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
    git(target, "fetch", "--quiet", *(depth or ["--no-tags"]), "origin", ref or "HEAD")
    branch = os.environ["GITHUB_REF"].removeprefix("refs/heads/")
    on_branch = (
        ["-B", branch] if is_own and not inputs()["ref"] and branch != os.environ["GITHUB_REF"] else ["--detach"]
    )
    git(target, "checkout", "--quiet", "--force", *on_branch, "FETCH_HEAD")
    if is_true("persist-credentials"):
        git(target, "config", f"http.{os.environ['GITHUB_SERVER_URL']}/.extraheader", header())
    if not inputs()["path"]:
        link_environments(target)
        link_bytecode(target)
    record = {
        "repository": repository,
        "ref": ref,
        "path": inputs()["path"],
        "persist": inputs()["persist-credentials"],
    }
    runtime("POST", "checkouts", json.dumps(record).encode())


def header() -> str:
    """How Git sends the token that the action was given."""
    return "AUTHORIZATION: basic " + base64.b64encode(f"x-access-token:{inputs()['token']}".encode()).decode()


def git(target: Path, *words: str) -> None:
    config = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{os.environ['GITHUB_SERVER_URL']}/.extraheader",
        "GIT_CONFIG_VALUE_0": header(),
    }
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "GIT_LFS_SKIP_SMUDGE": "1"}
    ran = subprocess.run(
        ["git", *words], cwd=target, env={**os.environ, **config, **quiet}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        fail(f"git {words[0]}: {ran.stderr.strip()}")


def _refuse_code_of_forks(ref: str, *, is_own: bool) -> None:
    """As the real one does since v7, for these two events alone."""
    is_trusted_event = os.environ["GITHUB_EVENT_NAME"] in ("pull_request_target", "workflow_run")
    if is_trusted_event and (not is_own or re.match(r"(refs/)?pull/", ref)):
        fail("Refusing to check out fork pull request code in a trusted workflow")


def link_environments(target: Path) -> None:
    """Prepared environments stand where `make environment` and `make steps` would make them, from the same lock."""
    for name, (prepared, lock, stamp) in job()["environments"].items():
        folder = target / name
        folder.mkdir()
        for entry in Path(prepared).iterdir():
            if entry.name in ("bin", "include", "lib", "lib64", "share"):
                (folder / entry.name).symlink_to(entry)
        (folder / "pyvenv.cfg").write_bytes(Path(prepared, "pyvenv.cfg").read_bytes())
        is_same = (target / lock).is_file() and (target / lock).read_bytes() == Path(
            job()["checkout"], lock
        ).read_bytes()
        if is_same:
            (folder / stamp).touch()


def link_bytecode(target: Path) -> None:
    """Nothing but speed: Python looks whether it belongs to the source that stands here."""
    compiled = Path(job()["bytecode"])
    for path in compiled.rglob("__pycache__"):
        source = target / "generator" / path.relative_to(compiled)
        if source.parent.is_dir() and not source.exists():
            shutil.copytree(path, source, copy_function=os.link)


if __name__ == "__main__":
    main()
