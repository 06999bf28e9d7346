"""Home of requests: one request with time-outs and a limit of size, repeated with jitter where that is safe."""

import math
import random
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from generator.errors import InkmillError, MachineError, UsageError

T = TypeVar("T")

# Of a service in trouble, not of the request.
_TROUBLED = frozenset((500, 502, 503, 504))
_CHUNK_BYTES = 65_536
# What urllib3 says when no byte was sent. It is not imported: its errors come wrapped in those of requests.
_NEVER_SENT = frozenset(("NewConnectionError", "NameResolutionError", "ConnectTimeoutError"))


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    Args:
        token: sent to the host of url alone, as a bearer; with a user, as the password of HTTP Basic.
        is_repeatable: asking twice does what asking once does.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    token: str = field(default="", repr=False)
    is_repeatable: bool = True
    user: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole.

    Args:
        headers: names in lower case.
        is_repeat: an earlier try of the same request may have done its work unseen.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a service.

    Args:
        wait_seconds: the first wait; each next one is twice as long.
        total_waits: all waits together, in units of the first. A service that answers slowly uses them up, too.
        timeout_seconds: of one try, from its start to the last byte.
        most_bytes: of an answer, unpacked.
        most_tries: None for as many as the waits allow.
    """

    wait_seconds: float = 1.0
    total_waits: float = 60.0
    timeout_seconds: float = 20.0
    most_bytes: int = 20_000_000
    most_tries: int | None = None


class UnansweredError(MachineError):
    """No answer that can be used.

    Args:
        may_have_happened: what was asked may have been done all the same.
        is_passing: the next try may succeed.
        took_waits: of the patience, in units of its first wait.
        asked_waits: how long the service wants to be left alone, in the same units.
    """

    def __init__(
        self,
        problem: str,
        *,
        mend: str | None = None,
        may_have_happened: bool = True,
        is_passing: bool = True,
        took_waits: float = 0,
        asked_waits: float = 0,
    ) -> None:
        super().__init__(problem, mend=mend)
        self.may_have_happened = may_have_happened
        self.is_passing = is_passing
        self.took_waits = took_waits
        self.asked_waits = asked_waits


def ask(request: Request, patience: Patience, read: Callable[[Answer], T]) -> T:
    """What read makes of the answer to request, whatever its status; redirects are answers, too.

    Args:
        read: raises ValueError for an answer that cannot be what the service meant to say; it is asked for again.

    Raises:
        UnansweredError: the service did not answer, or only with trouble of its own, as long as patience lasted;
            or once, where the request may have been done and is not repeatable.
        UsageError: the address cannot be asked at all.
    """
    waits_left = patience.total_waits
    wait = 1.0
    is_repeat = False
    for number in count(1):
        try:
            answer = _settled(request, send(request, patience))
            return _understood(request, replace(answer, is_repeat=is_repeat), read)
        except UnansweredError as failure:
            waits_left -= failure.took_waits
            pause = max(min(wait, waits_left), failure.asked_waits)
            is_safe = request.is_repeatable or not failure.may_have_happened
            is_last = number == patience.most_tries
            if is_last or not (failure.is_passing and is_safe and 0 < pause <= waits_left):
                raise
            is_repeat = is_repeat or failure.may_have_happened
        rest(patience, pause)
        waits_left -= pause
        wait *= 2
    raise AssertionError("the last try returns or raises")


def rest(patience: Patience, waits: float) -> None:
    """Wait, in units of the first wait; never shorter."""
    # Jitter: jobs that were refused together shall not come back together.
    time.sleep(patience.wait_seconds * waits * random.uniform(1, 1.3))


def _understood(request: Request, answer: Answer, read: Callable[[Answer], T]) -> T:
    try:
        return read(answer)
    except ValueError as error:
        problem = f"{_host(request.url)} answered something that cannot be read ({answer.status})"
        raise UnansweredError(problem, mend="try again in a few minutes") from error


def _settled(request: Request, answer: Answer) -> Answer:
    """The answer, unless it only says that the service is in trouble or that we ask too often."""
    if answer.status in _TROUBLED:
        raise UnansweredError(
            f"{_host(request.url)} is in trouble (it answered {answer.status})", mend="try again in a few minutes"
        )
    if not _is_asked_to_wait(answer):
        return answer
    problem = f"{_host(request.url)} takes no more requests for now (it answered {answer.status})"
    seconds = _seconds_to_wait(answer)
    mend = f"try again in {max(1, math.ceil(seconds / 60))} min" if seconds else "try again in an hour"
    raise UnansweredError(problem, mend=mend, may_have_happened=False, asked_waits=seconds)


def _is_asked_to_wait(answer: Answer) -> bool:
    """The answer refuses for the number of requests, not for their kind.

    Source: GitHub's "Rate limits for the REST API", "Exceeding the rate limit".
    """
    if answer.status == 429:
        return True
    headers = answer.headers
    is_limited = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return answer.status == 403 and (is_limited or b"secondary rate limit" in answer.body[:2000].lower())


def _seconds_to_wait(answer: Answer) -> float:
    """From now; 0 where the service does not say."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    until = answer.headers.get("x-ratelimit-reset", "").strip()
    is_spent = answer.headers.get("x-ratelimit-remaining") == "0"
    if is_spent and until.isascii() and until.isdigit() and len(until) < 12:
        return max(0.0, int(until) - time.time()) + 1
    return 0


def send(request: Request, patience: Patience) -> Answer:
    """One try.

    Raises:
        UnansweredError: there is no whole answer.
        UsageError: the address cannot be asked at all.
    """
    started = time.monotonic()
    try:
        # A connection of its own: one that the service closed meanwhile would leave us in doubt about a POST.
        with (
            requests.Session() as session,
            session.request(
                request.method,
                request.url,
                headers={**request.headers, "Connection": "close"},
                data=request.body,
                auth=_Credential(request.user, request.token),
                timeout=patience.timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            body = _whole_body(response, request, patience, started)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, body)
    except InkmillError:
        raise
    except Exception as failure:
        # All that the library and what it stands on can raise, known or not: nothing of ours is called in here.
        raise _explained(failure, request, patience) from failure


class _Credential(requests.auth.AuthBase):
    """What the request holds and nothing else: without an `auth` requests would look for a password in ~/.netrc."""

    def __init__(self, user: str, token: str) -> None:
        self._user = user
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._user:
            # Surrogates stand for bytes of the environment that are no UTF-8.
            pair = f"{self._user}:{self._token}".encode("utf-8", "surrogateescape")
            request.headers["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
        elif self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _whole_body(response: requests.Response, request: Request, patience: Patience, started: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    # Not `iter_content`: it would wait for a whole chunk, however slowly that comes.
    while part := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > patience.most_bytes:
            raise UnansweredError(
                f"{_host(request.url)} answered with more than {patience.most_bytes // 1_000_000} MB",
                mend="ask for less, or look at the address by hand",
                is_passing=False,
            )
        # The library's own time-out starts anew with every byte.
        if time.monotonic() - started > patience.timeout_seconds:
            raise _too_slow(request, patience)
    return b"".join(parts)


def _too_slow(request: Request, patience: Patience) -> UnansweredError:
    return UnansweredError(
        f"{_host(request.url)} did not answer within {patience.timeout_seconds:g} s",
        mend="try again in a few minutes",
        # Three of them use up the usual patience.
        took_waits=patience.total_waits / 3,
    )


def _explained(failure: Exception, request: Request, patience: Patience) -> InkmillError:
    host = _host(request.url)
    if isinstance(failure, requests.exceptions.RequestException) and isinstance(failure, ValueError):
        # A wrong address or header, which no second try makes right.
        return UsageError(f"{host or 'an address without a host'} cannot be asked ({type(failure).__name__})")
    if _was_never_sent(failure):
        mend = f"look whether {host} can be reached from here"
        return UnansweredError(f"no connection to {host}{_reason(failure)}", mend=mend, may_have_happened=False)
    if isinstance(failure, requests.exceptions.Timeout):
        return _too_slow(request, patience)
    problem = f"the answer of {host} broke off{_reason(failure)}"
    return UnansweredError(problem, mend="try again in a few minutes")


def _was_never_sent(failure: BaseException) -> bool:
    if isinstance(failure, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = getattr(failure.args[0], "reason", None) if failure.args else None
    return type(reason).__name__ in _NEVER_SENT


def _reason(failure: BaseException) -> str:
    """The system's own word for what went wrong, such as ``Connection refused``."""
    causes: list[object] = [failure]
    for cause in causes:
        if isinstance(cause, OSError) and isinstance(cause.strerror, str):
            return f" ({cause.strerror})"
        if isinstance(cause, BaseException):
            further = (*cause.args, cause.__cause__, cause.__context__, getattr(cause, "reason", None))
            causes += [one for one in further if not any(one is seen for seen in causes)]
    return ""


def _host(url: str) -> str:
    with suppress(ValueError):
        return urlsplit(url).hostname or ""
    return ""
