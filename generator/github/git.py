"""Home of git where a step speaks with GitHub: a bare repository of its own, and a token that stands nowhere."""

import base64
import os
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from generator.errors import InkmillError, MachineError, RefusedError
from generator.github.context import RunContext
from generator.github.plain_files import quoted_name

TRIES = 5
_TIMEOUT_SECONDS = 300
_LONGEST_REASON = 300
# What git and curl need of the environment to find programs, proxies and certificates; nothing else reaches them.
_PASSED_ON = """PATH http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
    SSL_CERT_FILE SSL_CERT_DIR GIT_SSL_CAINFO""".split()
_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.attributesFile", os.devnull),
    ("core.quotePath", "false"),
    ("core.compression", "1"),
    ("credential.helper", ""),
    ("filter.lfs.process", ""),
    ("filter.lfs.smudge", ""),
    ("filter.lfs.clean", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    # The token would follow a redirect to another host.
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "60"),
    ("advice.pushUpdateRejected", "false"),
)
_SHUT_OUT = re.compile(
    r"could not read (?:Username|Password)|Authentication failed|error: 40[13]\b|Permission .* denied|Write access",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"not found|error: 404\b|does not appear to be a git repository|does not exist", re.IGNORECASE)
_ABSENT_REF = re.compile(r"couldn't find remote ref (\S+)")
# What is not fetched at first is fetched when it is asked for.
_ORIGIN = """
[core]
\trepositoryFormatVersion = 1
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = "{url}"
\tpromisor = true
\tpartialCloneFilter = blob:none
"""
_OF_NO_INTEREST = ("To ", "hint:", "Done", "error: failed to push some refs")


class UnansweredByGitError(MachineError):
    """The other side did not answer, or broke off; the next try may succeed."""


class AbsentRefError(RefusedError):
    """The repository has no such branch or tag. What was pushed a moment ago may come with the next try."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository to speak with.

    Args:
        server_url: the token is sent to addresses that begin with it, and to no others.
        token: empty where there is none.
        wait_seconds: before the first repeat; each next wait is about twice as long.
    """

    url: str
    server_url: str
    token: str = field(default="", repr=False)
    wait_seconds: float = 1.0


def remote_of(context: RunContext) -> Remote:
    """The repository that a step works for."""
    url = f"{context.server_url}/{context.repository}.git"
    return Remote(url, context.server_url, context.token, context.retry_seconds)


@dataclass(frozen=True, slots=True)
class BareRepository:
    """A repository without a working copy, gone when the step ends."""

    folder: Path
    remote: Remote

    def run(self, *words: str, feed: bytes = b"") -> bytes:
        """What git prints; nothing is asked of the remote but objects that are missing here.

        Raises:
            MachineError: git failed.
        """
        done = self._call(words, feed)
        if done.returncode:
            raise self._failure(words, done.stderr)
        return done.stdout

    def ask(self, *words: str) -> bytes:
        """What git prints for a command that reads from the remote, tried again while it does not answer.

        Raises:
            RefusedError: there is no such repository, branch or tag, or the token may not see it.
            MachineError: there was no answer.
        """
        for number in range(1, TRIES + 1):
            done = self._call(words)
            if not done.returncode:
                return done.stdout
            failure = self._failure(words, done.stderr)
            if not isinstance(failure, UnansweredByGitError | AbsentRefError) or number == TRIES:
                raise failure
            pause(self.remote, number)
        raise AssertionError("the last try returns or raises")

    def push(self, *words: str) -> tuple[str, ...]:
        """Push, once; the reasons why refs were rejected and what the server said, or nothing where all was taken.

        Raises:
            RefusedError: there is no such repository, or the token may not write to it.
            UnansweredByGitError: nobody knows whether it happened.
        """
        words = ("push", "--porcelain", "--quiet", *words)
        done = self._call(words)
        rejected = re.findall(r"^!\t[^\t\n]*\t(.*)$", done.stdout.decode(errors="replace"), re.MULTILINE)
        if done.returncode and not rejected:
            raise self._failure(words, done.stderr)
        return (*dict.fromkeys(rejected), self._said(done.stderr)) if rejected else ()

    @contextmanager
    def feeding(self, *words: str) -> Iterator[IO[bytes]]:
        """A git command that is being fed; what it prints is thrown away. It is killed if the feeding fails.

        Raises:
            MachineError: git failed.
        """
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(
                ("git", "--git-dir", str(self.folder), *words),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=self._environ(),
            ) as process,
        ):
            assert process.stdin is not None
            try:
                # A git that died is explained below, by what it said.
                with suppress(BrokenPipeError):
                    yield process.stdin
            except BaseException:
                process.kill()
                raise
            finally:
                # What was not written yet is written now, and a dead git takes nothing.
                with suppress(BrokenPipeError):
                    process.stdin.close()
            try:
                process.wait(_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise _too_slow() from None
            said.seek(0)
            if process.returncode:
                raise self._failure(words, said.read())

    def contents(self, objects: Iterable[str]) -> Iterator[bytes]:
        """The contents of files by their objects, all of which are in the repository.

        Raises:
            MachineError: one is not.
        """
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{name}\n" for name in objects).encode())
            asked.seek(0)
            command = ("git", "--git-dir", str(self.folder), "cat-file", "--batch")
            with subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE, env=self._environ()) as process:
                assert process.stdout is not None
                while facts := process.stdout.readline().split():
                    if len(facts) != 3:
                        raise UnansweredByGitError("git cat-file failed: a file is missing", mend="run the job again")
                    yield process.stdout.read(int(facts[2]))
                    process.stdout.read(1)

    def _call(self, words: Iterable[str], feed: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        command = ("git", "--git-dir", str(self.folder), *words)
        try:
            return subprocess.run(
                command, input=feed, capture_output=True, env=self._environ(), timeout=_TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise _too_slow() from None
        except OSError as failure:
            raise MachineError(f"git cannot be started: {failure.strerror}", mend="install git 2.30 or newer") from None

    def _environ(self) -> dict[str, str]:
        environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        settings = [*_SETTINGS, *_authorization(self.remote)]
        for number, (name, value) in enumerate(settings):
            environ |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return environ | {
            "GIT_CONFIG_COUNT": str(len(settings)),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "",
            "HOME": str(self.folder),
            "LC_ALL": "C",
            "TZ": "UTC",
        }

    def _failure(self, words: Iterable[str], stderr: bytes) -> InkmillError:
        said = self._said(stderr)
        where = quoted_name(self.remote.url)
        if _SHUT_OUT.search(said):
            return RefusedError(
                f"{where} is shut to this token: {said}",
                mend="give the job `contents: write` (to read, `contents: read`)",
            )
        if _ABSENT.search(said):
            return RefusedError(
                f"{where} was not found: {said}", mend="see that it exists and that the token may read it"
            )
        if absent := _ABSENT_REF.search(said):
            return AbsentRefError(
                f"{where} has no {quoted_name(absent[1])}",
                mend="see that it is there: an empty repository has no branch",
            )
        command = next((word for word in words if not word.startswith("-")), "git")
        return UnansweredByGitError(f"git {command} failed: {said}", mend="run the job again")

    def _said(self, stderr: bytes) -> str:
        """What git said, in one line, without the token and without how far it had come."""
        text = stderr.decode(errors="replace")
        for secret in filter(None, (self.remote.token, _basic(self.remote.token))):
            text = text.replace(secret, "***")
        lines = [line.strip() for line in text.splitlines()]
        line = " / ".join(line for line in lines if line and not line.startswith(_OF_NO_INTEREST))
        return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}…"


@contextmanager
def bare_repository(remote: Remote) -> Iterator[BareRepository]:
    """An empty repository whose `origin` is remote; it never holds the token."""
    with tempfile.TemporaryDirectory(prefix="inkmill-", ignore_cleanup_errors=True) as folder:
        repository = BareRepository(Path(folder, "copy.git"), remote)
        repository.run("init", "--quiet", "--bare", "--template=", str(repository.folder))
        with repository.folder.joinpath("config").open("a", encoding="utf-8") as settings:
            settings.write(_ORIGIN.format(url=remote.url.replace("\\", "\\\\").replace('"', '\\"')))
        yield repository


def pause(remote: Remote, number: int) -> None:
    """Wait before try number + 1, each time about twice as long, and not as long as others do."""
    time.sleep(remote.wait_seconds * 2 ** (number - 1) * random.uniform(0.5, 1.5))


def _too_slow() -> UnansweredByGitError:
    return UnansweredByGitError(f"git took longer than {_TIMEOUT_SECONDS} seconds", mend="run the job again")


def _authorization(remote: Remote) -> Iterator[tuple[str, str]]:
    if remote.token:
        # Git sends it to addresses that begin so, and to no others.
        yield f"http.{remote.server_url}/.extraheader", f"AUTHORIZATION: basic {_basic(remote.token)}"


def _basic(token: str) -> str:
    return base64.b64encode(f"x-access-token:{token}".encode()).decode() if token else ""
