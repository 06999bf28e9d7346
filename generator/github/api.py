"""A client of GitHub's REST API: what a step may ask with its job's token."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from generator.errors import MachineError, UsageError
from generator.github.context import RunContext
from generator.github.refusals import GitHubRefusedError, refusal, undertaking
from generator.web import Answer, Patience, Request, UnansweredError, ask, rest

__all__ = ("GitHub", "GitHubRefusedError")

_PER_PAGE = 100
# 100,000 entries: a list that goes on has no end.
_MOST_PAGES = 1_000
_MOST_REDIRECTS = 3
# Between two looks for what a POST without an answer may have made: GitHub's lists lag behind a little.
_LOOK_WAITS = (1.0, 3.0, 6.0)
_NEXT_PAGE = re.compile(r'<([^<>\s]+)>\s*;[^<]*?\brel="?next"?(?![\w-])')
_HEADERS = (
    ("Accept", "application/vnd.github+json"),
    ("User-Agent", "inkmill"),
    ("X-GitHub-Api-Version", "2022-11-28"),
)


class GitHub:
    """GitHub's API with one job's token, which travels to ``context.api_url`` and its uploads and nowhere else.

    Paths begin with a slash. What is not plain in them is quoted, but a name from outside that may hold a slash or a
    percent sign is for the caller to quote. Every method raises `GitHubRefusedError` (its ``status`` tells which)
    where GitHub says no, and `MachineError` where it does not answer.
    """

    def __init__(self, context: RunContext) -> None:
        self._api_url = context.api_url
        self._token = context.token
        self._patience = Patience(
            wait_seconds=context.retry_seconds,
            # Tests wait a hundredth; a loaded machine still needs a moment to answer.
            timeout_seconds=max(5.0, 20.0 * min(1.0, context.retry_seconds)),
        )

    def get(self, path: str, **query: str | int | None) -> Any:
        """What stands at path; a query that is None is left out."""
        return self._read(path, self._url(path, query))[1]

    def get_or_none(self, path: str, **query: str | int | None) -> Any:
        """What stands at path, or None if nothing does or this token may not know of it."""
        try:
            return self.get(path, **query)
        except GitHubRefusedError as refused:
            if refused.status == 404:
                return None
            raise

    def pages(self, path: str, *, key: str = "", **query: str | int | None) -> Iterator[Any]:
        """Every entry of a list, page after page.

        Args:
            key: of the list, where the answer is an object around it, such as ``workflow_runs``.
        """
        url = self._url(path, {"per_page": _PER_PAGE, **query})
        seen = {url}
        while url:
            answer, value = self._read(path, url)
            yield from _entries(value, path, key)
            url = self._next_page(answer, path)
            if url in seen or len(seen) > _MOST_PAGES:
                raise _strange(path, "the list has no end")
            seen.add(url)

    def post(self, path: str, body: Mapping[str, Any], *, find: Callable[[], Any] | None = None) -> Any:
        """Make something, once.

        Args:
            find: looks whether it exists by now and returns it, or None. Where the answer to a try is lost this
                decides whether to try again; without it such a loss is an error. ``lambda: None`` where GitHub itself
                makes nothing twice, such as reactions and labels.
        """
        return self._make(path, self._request("POST", self._url(path, {}), body), find)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change what stands at path."""
        return self._change("PATCH", path, body)

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Set what stands at path."""
        return self._change("PUT", path, body)

    def delete(self, path: str) -> None:
        """Remove what stands at path."""
        self._change("DELETE", path, None)

    def upload(
        self, upload_url: str, name: str, content: bytes, media_type: str, *, find: Callable[[], Any] | None = None
    ) -> Any:
        """Attach a file to a release.

        Args:
            upload_url: as the release names it, its ``{?name,label}`` included.
            find: as in `post`.
        """
        url = upload_url.partition("{")[0]
        host = urlsplit(self._api_url).netloc
        hosts = (host, "uploads.github.com") if host == "api.github.com" else (host,)
        parts = urlsplit(url)
        if parts.scheme != urlsplit(self._api_url).scheme or parts.netloc not in hosts:
            raise _strange(parts.path, "its uploads go to a host that is not GitHub's")
        request = Request(
            "POST",
            f"{url}?{urlencode({'name': name})}",
            {**dict(_HEADERS), "Content-Type": media_type},
            content,
            self._token,
            is_repeatable=False,
        )
        return self._make(parts.path, request, find)

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        answer, value = self._ask(self._request(method, self._url(path, {}), body))
        if method == "DELETE" and answer.status == 404 and answer.is_repeat:
            # The first try did it, and its answer was lost.
            return None
        return _accepted(method, path, answer, value)

    def _make(self, path: str, request: Request, find: Callable[[], Any] | None) -> Any:
        for number, wait in enumerate(_LOOK_WAITS, 1):
            try:
                return _accepted("POST", path, *self._ask(request))
            except UnansweredError as failure:
                found = self._look(find, wait) if find and failure.may_have_happened else None
                if found is not None:
                    return found
                if find is None or not failure.may_have_happened or number == len(_LOOK_WAITS):
                    raise
            except GitHubRefusedError as refused:
                # "Already exists": the try before this one made it, and the look came too early.
                found = find() if find and number > 1 and refused.status in (409, 422) else None
                if found is not None:
                    return found
                raise
        raise AssertionError("the last look returns or raises")

    def _look(self, find: Callable[[], Any], wait: float) -> Any:
        for _ in range(2):
            rest(self._patience, wait)
            found = find()
            if found is not None:
                return found
        return None

    def _read(self, path: str, url: str) -> tuple[Answer, Any]:
        """An answer to GET; a thing that moved within the API is followed, and nothing leaves for another host."""
        for _ in range(_MOST_REDIRECTS):
            answer, value = self._ask(self._request("GET", url, None))
            moved = answer.headers.get("location", "")
            if answer.status not in (301, 302, 307, 308) or not self._is_ours(moved):
                return answer, _accepted("GET", path, answer, value)
            url = moved
        raise _strange(path, "it is moved in a circle")

    def _request(self, method: str, url: str, body: Mapping[str, Any] | None) -> Request:
        headers = dict(_HEADERS)
        if body is not None:
            headers["Content-Type"] = "application/json"
        # Escaped: a lone surrogate from a file name has no UTF-8.
        content = json.dumps(body, ensure_ascii=True).encode("ascii") if body is not None else None
        return Request(method, url, headers, content, self._token, is_repeatable=method != "POST")

    def _ask(self, request: Request) -> tuple[Answer, Any]:
        return ask(request, self._patience, self._with_value)

    def _with_value(self, answer: Answer) -> tuple[Answer, Any]:
        """The answer and its JSON; None where an error has a page instead, or nothing was to be said."""
        is_done = 200 <= answer.status < 300
        if is_done and not answer.body.strip():
            return answer, None
        body = answer.body
        if not is_done and self._token:
            # An error's text is printed.
            body = body.replace(self._token.encode("ascii"), b"***")
        try:
            return answer, json.loads(body)
        except (ValueError, RecursionError) as error:
            if is_done:
                raise ValueError("not JSON") from error
            return answer, None

    def _url(self, path: str, query: Mapping[str, str | int | None]) -> str:
        if not path.startswith("/") or any(unquote(part) in (".", "..") for part in path.split("/")):
            raise UsageError(f"{path!r} is not a path of GitHub's API", mend="begin it with a slash, and quote names")
        words = {name: value for name, value in query.items() if value is not None}
        asked = f"?{urlencode(words)}" if words else ""
        return f"{self._api_url}{quote(path, safe='/%~:@!$&()*+,;=.-')}{asked}"

    def _next_page(self, answer: Answer, path: str) -> str:
        found = _NEXT_PAGE.search(answer.headers.get("link", ""))
        if not found:
            return ""
        if not self._is_ours(found[1]):
            raise _strange(path, "its next page is on another host")
        return found[1]

    def _is_ours(self, url: str) -> bool:
        """A whole address below the API's own: nothing else gets the token."""
        return url.startswith(f"{self._api_url}/")


def _accepted(method: str, path: str, answer: Answer, value: Any) -> Any:
    if 200 <= answer.status < 300:
        return value
    if 300 <= answer.status < 500:
        raise refusal(method, path, answer.status, answer.headers, value)
    raise MachineError(
        f"GitHub could not {undertaking(method, path)} ({answer.status})", mend="look at githubstatus.com, try again"
    )


def _entries(value: Any, path: str, key: str) -> Iterator[Any]:
    entries = value.get(key) if key and isinstance(value, dict) else value
    if not isinstance(entries, list):
        raise _strange(path, f"it holds no list {key}".rstrip())
    return iter(entries)


def _strange(path: str, problem: str) -> MachineError:
    return MachineError(f"GitHub's answer for {path} makes no sense: {problem}", mend="try again in a few minutes")
