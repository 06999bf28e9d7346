"""Client of an MLflow tracking server: its REST API, no library of MLflow's."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode, urlsplit

from generator.errors import MachineError, RefusedError
from generator.experiments.services.choosing_runs import chosen_runs
from generator.experiments.services.courses import sampled
from generator.experiments.services.mlflow_answers import (
    course,
    is_no_such_thing,
    next_page,
    read_experiment_id,
    read_json,
    read_points,
    read_run,
    read_runs,
    said_by,
)
from generator.experiments.services.service_keys import MlflowKeys
from generator.experiments.short_text import one_line
from generator.model.experiment import Run, RunQuery
from generator.web import Answer, Patience, Request, ask

T = TypeVar("T")

_API = "/api/2.0/mlflow"
_PAGE = 1000
# Newest first: who has more sees the newest, and is told how many there are.
_MOST_RUNS = 5_000
_MOST_RUN_IDS = 50
# A list that goes on after them has no end.
_MOST_PAGES = 200
_POINTS_PAGE = 25_000
_MOST_POINT_PAGES = 4
_SHA_PLACES = ("params.`github_sha`", "tags.`github_sha`", "tags.`mlflow.source.git.commit`")
# Anything else would be read as part of the filter's own words, and is no commit.
_FILTERABLE = re.compile(r"[A-Za-z0-9._/-]{1,250}")
_HOW_TO_PROVE = "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """Runs, oldest first, and whether the server has more than were looked at."""

    runs: tuple[Run, ...]
    has_more: bool = False


class Mlflow:
    """One tracking server.

    Args:
        server: without a slash at the end.
    """

    def __init__(self, server: str, keys: MlflowKeys, patience: Patience) -> None:
        self._server = server
        self._keys = keys
        self._patience = patience

    def runs(self, query: RunQuery) -> FoundRuns:
        """The runs of the experiment that the query asks for; runs that were deleted there are not.

        Raises:
            RefusedError: no access, or no such experiment.
            UnansweredError: the server did not answer.
        """
        experiment = self._experiment_id(query.project)
        if query.run_ids:
            named = (self._run(one, query.project, experiment) for one in query.run_ids[:_MOST_RUN_IDS])
            return FoundRuns(chosen_runs([run for run in named if run is not None], query))
        found: dict[str, Run] = {}
        has_more = False
        for words in _filters(query.sha):
            runs = self._search(experiment, query.project, words)
            has_more = has_more or len(runs) > _MOST_RUNS
            found.update({run.id: run for run in runs[:_MOST_RUNS]})
        oldest_first = sorted(found.values(), key=lambda run: (run.created_at, run.id))
        return FoundRuns(chosen_runs(oldest_first, query), has_more)

    def history(self, run_id: str, metric: str, samples: int = 200) -> tuple[tuple[float, float], ...]:
        """(step, value) in order; empty where the run has no such metric.

        Raises:
            RefusedError, UnansweredError: as ``runs``.
        """
        points: list[tuple[float, float, float]] = []
        token = ""
        for _ in range(_MOST_POINT_PAGES):
            asked = {"run_id": run_id, "metric_key": metric, "max_results": str(_POINTS_PAGE), "page_token": token}
            words = urlencode({key: value for key, value in asked.items() if value}, errors="replace")
            page = self._ask(self._request("GET", f"metrics/get-history?{words}"), _read_points_page)
            seen, token = token, page.token if page else ""
            points += page.entries if page else ()
            if not token or token == seen:
                break
        return sampled(course(points), samples)

    def _experiment_id(self, name: str) -> str:
        words = urlencode({"experiment_name": name}, errors="replace")
        found = self._ask(self._request("GET", f"experiments/get-by-name?{words}"), read_experiment_id)
        if found is None:
            raise RefusedError(
                f"{self._host} has no experiment `{one_line(name, 80)}`, or does not show it to us",
                mend=f"look at `project:`{'' if self._is_known else f', or {_HOW_TO_PROVE}'}",
            )
        return found

    def _run(self, run_id: str, project: str, experiment: str) -> Run | None:
        """None for one that is not in the experiment."""

        def read(body: bytes) -> Run | None:
            entry = read_json(body).get("run")
            return read_run(entry, self._server, project, only_of=experiment) if isinstance(entry, dict) else None

        return self._ask(self._request("GET", f"runs/get?{urlencode({'run_id': run_id}, errors='replace')}"), read)

    def _search(self, experiment: str, project: str, words: str) -> list[Run]:
        """Newest first; one more than are wanted where there are more."""

        def read(body: bytes) -> "_Page[Run]":
            answer = read_json(body)
            return _Page(read_runs(answer, self._server, project), next_page(answer))

        found: list[Run] = []
        token = ""
        for _ in range(_MOST_PAGES):
            asked = {
                "experiment_ids": [experiment],
                "filter": words,
                "run_view_type": "ACTIVE_ONLY",
                "max_results": _PAGE,
                "order_by": ["attributes.start_time DESC"],
            }
            body = json.dumps({**asked, "page_token": token} if token else asked).encode()
            page = self._ask(self._request("POST", "runs/search", body), read)
            seen, token = token, page.token if page else ""
            found += page.entries if page else ()
            if not token or token == seen or len(found) > _MOST_RUNS:
                return found
        raise MachineError(f"the list of {self._host} has no end", mend="ask for fewer runs")

    def _request(self, method: str, what: str, body: bytes | None = None) -> Request:
        keys = self._keys
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
        user = "" if keys.token else keys.user
        secret = keys.token or keys.password
        return Request(method, f"{self._server}{_API}/{what}", headers, body, token=secret, user=user)

    def _ask(self, request: Request, read: Callable[[bytes], T | None]) -> T | None:
        """None where the server says that there is no such thing."""

        def understood(answer: Answer) -> T | None:
            if answer.status == 404 and is_no_such_thing(answer.body):
                return None
            if answer.status != 200:
                raise self._refusal(answer)
            return read(answer.body)

        return ask(request, self._patience, understood)

    def _refusal(self, answer: Answer) -> RefusedError:
        if answer.status in (401, 403):
            mend = "look whether the key may read that experiment" if self._is_known else _HOW_TO_PROVE
            return RefusedError(f"{self._host} refuses to answer ({answer.status})", mend=mend)
        if answer.status == 404 or 300 <= answer.status < 400:
            mend = "write `tracking_url:` as the address where MLflow's pages begin"
            return RefusedError(f"there is no MLflow server at {self._host} ({answer.status})", mend=mend)
        said = self._without_keys(said_by(answer.body))
        return RefusedError(f"{self._host} refuses the question ({answer.status}){f': {said}' if said else ''}")

    def _without_keys(self, said: str) -> str:
        """What a proxy in front of the server repeats of the question shall not end in a log or a comment."""
        for key in filter(None, (self._keys.token, self._keys.password)):
            said = said.replace(key, "***")
        return said

    @property
    def _host(self) -> str:
        return urlsplit(self._server).netloc.rpartition("@")[2] or "the server"

    @property
    def _is_known(self) -> bool:
        return bool(self._keys.token or self._keys.user)


@dataclass(frozen=True, slots=True)
class _Page(Generic[T]):
    """What one answer holds, and the token of the next page; empty after the last."""

    entries: Sequence[T]
    token: str


def _read_points_page(body: bytes) -> _Page[tuple[float, float, float]]:
    answer = read_json(body)
    return _Page(read_points(answer), next_page(answer))


def _filters(sha: str) -> Iterator[str]:
    """The server's filters know no "or"; one question for each place that a commit may stand in."""
    if not sha:
        yield ""
    elif _FILTERABLE.fullmatch(sha):
        yield from (f"{place} = '{sha}'" for place in _SHA_PLACES)
