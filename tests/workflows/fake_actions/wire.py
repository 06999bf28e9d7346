"""What the fake actions share: their inputs, the job they run in, and the way to the fake GitHub."""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode


def job() -> dict[str, Any]:
    """What the runner left beside the action: address and token of the runtime, and prepared environments."""
    found: dict[str, Any] = json.loads(Path(os.environ["GITHUB_ACTION_PATH"], "job.json").read_text())
    return found


def inputs() -> dict[str, str]:
    """All inputs of the action, defaults filled in."""
    return {name: str(value) for name, value in json.loads(os.environ["INPUTS"]).items()}


def workspace() -> Path:
    return Path(os.environ["GITHUB_WORKSPACE"])


def say(words: str) -> None:
    """A line of the log."""
    sys.stdout.write(f"{words}\n")


def fail(words: str) -> NoReturn:
    """Say why, as an action does, and end with 1."""
    say(f"::error::{words}")
    sys.exit(1)


def is_true(name: str) -> bool:
    return inputs()[name].lower() == "true"


def runtime(method: str, what: str, body: bytes = b"", **query: str) -> tuple[int, bytes, dict[str, str]]:
    """(status, body, headers) of a call that only actions may make."""
    address = f"{job()['address']}/_runtime/{what}?{urlencode(query)}"
    return _called(method, address, job()["runtime_token"], body)


def api(method: str, path: str, token: str, body: object) -> tuple[int, Any]:
    """(status, JSON) of a call to the API with the job's own token."""
    status, answer, _ = _called(method, f"{os.environ['GITHUB_API_URL']}{path}", token, json.dumps(body).encode())
    return status, json.loads(answer or b"{}")


def set_output(name: str, value: str) -> None:
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as outputs:
        outputs.write(f"{name}={value}\n")


def _called(method: str, address: str, token: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(address, data=body or None, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read(), dict(refusal.headers)
