"""A client of W&B's API: runs, their courses, reports and artifacts, read and never written."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from generator.errors import InkmillError, MachineError, RefusedError, UsageError
from generator.experiments.services.addresses import app_url, entity_and_name
from generator.experiments.services.wandb_answers import (
    ArtifactReference,
    Page,
    lenient_json,
    read_artifact,
    read_histories,
    read_page,
    read_run,
)
from generator.experiments.services.wandb_queries import OUTPUT_ARTIFACTS, REPORT, RUNS, SAMPLED_HISTORY
from generator.experiments.services.wandb_reports import Report, read_report
from generator.experiments.short_text import one_line
from generator.model.experiment import Run
from generator.web import Answer, Patience, Request, ask

__all__ = ("AT_A_DESK", "PATIENT", "QUICK", "ArtifactReference", "FoundRuns", "Report", "Wandb")

T = TypeVar("T")

# Somebody waits: three tries, and never more than 25 s where nothing answers (3 x 6 s, and pauses of 1 s and 2 s with
# their jitter).
QUICK = Patience(wait_seconds=1, total_waits=15, timeout_seconds=6, most_tries=3)
# Snapshots are fetched by a schedule, and by authors of large projects.
PATIENT = Patience(timeout_seconds=30, most_bytes=50_000_000)
# An author looks on, who may say it again: some ten seconds of pauses, or one try that nothing comes of.
AT_A_DESK = Patience(total_waits=10, timeout_seconds=30, most_bytes=50_000_000)

# 50,000 runs: a list that goes on has no end.
_MOST_PAGES = 1_000
_UNKNOWN_USER = re.compile(r"not logged in|unauthenticated|api key|permission denied|unauthori[sz]ed", re.IGNORECASE)
_HEADERS = (("Accept", "application/json"), ("Content-Type", "application/json"), ("User-Agent", "inkmill"))


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """Runs in the order asked for.

    Args:
        more_runs: how many more there are than were taken.
    """

    runs: tuple[Run, ...]
    more_runs: int = 0


class Wandb:
    """W&B's API with one key, which travels to server and nowhere else.

    Every method raises `RefusedError` where W&B says no, or has nothing of that name for this key; `UnansweredError`
    where it does not answer; `UsageError` for a project that is none.
    """

    def __init__(self, server: str, key: str, patience: Patience = QUICK, *, app: str = "") -> None:
        """
        Args:
            server: such as ``https://api.wandb.ai``.
            key: of the API; without one only what is public can be read.
            app: ``WANDB_APP_URL``.
        """
        self._url = f"{_checked_server(server)}/graphql"
        self._host = urlsplit(server).hostname or ""
        self._app = app_url(server, app)
        self._key = key.strip()
        self._patience = patience

    def runs(
        self, project: str, filters: Mapping[str, Any], *, per_page: int = 50, most: int | None = None
    ) -> tuple[Run, ...]:
        """Every run of the project that filters let through, oldest first; at most so many."""
        return self.find_runs(project, filters, per_page=per_page, most=most).runs

    def find_runs(
        self,
        project: str,
        filters: Mapping[str, Any],
        *,
        order: str = "+created_at",
        per_page: int = 50,
        most: int | None = None,
    ) -> FoundRuns:
        """Runs, each once, however often the pages name it: one that begins meanwhile moves the others on.

        Args:
            project: ``entity/project``.
            filters: in the words of W&B's server, such as ``{"config.github_sha": "…"}``.
            order: ``+`` or ``-`` and ``created_at``, ``heartbeat_at``, ``config.K.value`` or ``summary_metrics.K``.
        """
        variables = {
            **_project_variables(project),
            "filters": json.dumps(filters),
            "order": order,
            "perPage": per_page if most is None else max(1, min(per_page, most)),
        }

        def read(data: Mapping[str, Any]) -> tuple[Page, tuple[Run, ...]]:
            found = self._project(data, project)
            page = read_page(found.get("runs"), found.get("runCount"))
            return page, tuple(read_run(node, "/".join(entity_and_name(project)), self._app) for node in page.nodes)

        runs: dict[str, Run] = {}
        count, is_whole = 0, True
        for page, page_runs in self._pages("Runs", RUNS, variables, read):
            for run in page_runs:
                runs.setdefault(run.id, run)
            count, is_whole = page.count or 0, not page.has_more
            if most is not None and len(runs) >= most:
                break
        kept = tuple(runs.values())[:most]
        unseen = 0 if is_whole else max(1, count - len(runs))
        return FoundRuns(kept, len(runs) - len(kept) + unseen)

    def history(
        self, project: str, run_id: str, keys: Sequence[str], samples: int = 200
    ) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """The course of each metric in keys as (step, value), at most so many points of it."""
        if not keys:
            return {}
        specs = [json.dumps({"keys": ["_step", key], "samples": samples}) for key in keys]
        variables = {**_project_variables(project), "name": run_id, "specs": specs}

        def read(data: Mapping[str, Any]) -> Mapping[str, tuple[tuple[float, float], ...]]:
            return read_histories(self._run(data, project, run_id).get("sampledHistory"), keys, samples)

        return self._ask("RunSampledHistory", SAMPLED_HISTORY, variables, read)

    def report(self, report_id: str) -> Report:
        """A report, by its id as `addresses.read_report_id` gives it."""

        def read(data: Mapping[str, Any]) -> Report:
            if data.get("view") is None:
                raise self._not_found("the report")
            return read_report(data["view"])

        return self._ask("SpecificReport", REPORT, {"reportId": report_id}, read)

    def artifacts(self, project: str, run_id: str) -> tuple[ArtifactReference, ...]:
        """What the run made, in the order it was logged."""
        variables = {**_project_variables(project), "runName": run_id, "perPage": 50}

        def read(data: Mapping[str, Any]) -> tuple[Page, tuple[ArtifactReference, ...]]:
            page = read_page(self._run(data, project, run_id).get("outputArtifacts"))
            return page, tuple(map(read_artifact, page.nodes))

        pages = self._pages("RunOutputArtifacts", OUTPUT_ARTIFACTS, variables, read)
        return tuple(dict.fromkeys(artifact for _, artifacts in pages for artifact in artifacts))

    def _pages(
        self,
        operation: str,
        query: str,
        variables: Mapping[str, Any],
        read: Callable[[Mapping[str, Any]], tuple[Page, T]],
    ) -> Iterator[tuple[Page, T]]:
        """Page after page, until there is none or the cursor comes to where it has been."""
        cursor = None
        seen: set[str | None] = {None, ""}
        for _ in range(_MOST_PAGES):
            page, value = self._ask(operation, query, {**variables, "cursor": cursor}, read)
            yield page, value
            # The last entry's, not the page's own `endCursor`: W&B's client does the same.
            cursor = page.cursor
            if not page.has_more or cursor in seen:
                return
            seen.add(cursor)
        raise MachineError(f"the list of {self._host} has no end", mend="ask for fewer runs")

    def _ask(
        self, operation: str, query: str, variables: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]
    ) -> T:
        body = {"operationName": operation, "query": query, "variables": variables}
        # Escaped: a lone surrogate has no UTF-8.
        content = json.dumps(body, ensure_ascii=True).encode("ascii")
        user = "api" if self._key else ""
        request = Request("POST", self._url, dict(_HEADERS), content, self._key, user=user)
        return ask(request, self._patience, lambda answer: read(self._answered(answer)))

    def _answered(self, answer: Answer) -> Mapping[str, Any]:
        """The data of an answer.

        Raises:
            ValueError: it holds none.
        """
        if answer.status >= 500:
            raise ValueError("trouble that no list of statuses has")
        try:
            value = lenient_json(answer.body)
        except ValueError:
            if answer.status == 200:
                raise
            value = None
        message = self._message(value)
        if answer.status != 200 or message:
            raise self._refusal(answer.status, message)
        data = value.get("data") if isinstance(value, dict) else None
        if not isinstance(data, dict):
            raise ValueError("no data")
        return data

    def _message(self, value: Any) -> str:
        """The words of the service, without what could speak to a terminal, short, and never the key."""
        errors = value.get("errors") if isinstance(value, dict) else None
        if not errors:
            return ""
        first = errors[0] if isinstance(errors, list) else errors
        said = first.get("message") if isinstance(first, dict) else first
        text = said if isinstance(said, str) and said.strip() else "it does not say why"
        if self._key:
            text = text.replace(self._key, "***")
        return one_line(text)

    def _refusal(self, status: int, message: str) -> InkmillError:
        said = f": {message}" if message else ""
        if status in (401, 403) or _UNKNOWN_USER.search(message):
            code = "" if status == 200 else f" ({status})"
            if not self._key:
                return RefusedError(f"{self._host} tells nothing without a key{code}{said}", mend="set WANDB_API_KEY")
            mend = "set WANDB_API_KEY to a key that is valid now and may read this project"
            return RefusedError(f"{self._host}: not found or no access with this key{code}{said}", mend=mend)
        if status == 404 or 300 <= status < 400:
            mend = "set WANDB_BASE_URL to the address of W&B's API, such as https://api.wandb.ai"
            return RefusedError(f"there is no API of W&B at {self._host} ({status})", mend=mend)
        code = "" if status == 200 else f" ({status})"
        return RefusedError(f"{self._host} refused{code}{said}", mend="change what it names in its answer")

    def _project(self, data: Mapping[str, Any], project: str) -> Mapping[str, Any]:
        found = data.get("project")
        if found is None:
            raise self._not_found(f"project `{one_line(project)}`")
        if not isinstance(found, dict):
            raise ValueError("no project")
        return found

    def _run(self, data: Mapping[str, Any], project: str, run_id: str) -> Mapping[str, Any]:
        found = self._project(data, project).get("run")
        if found is None:
            raise self._not_found(f"run `{one_line(run_id)}` of `{one_line(project)}`")
        if not isinstance(found, dict):
            raise ValueError("no run")
        return found

    def _not_found(self, thing: str) -> RefusedError:
        mend = "look at how it is written, and whether the owner of WANDB_API_KEY may read it"
        if not self._key:
            mend = "look at how it is written; if it is not public, set WANDB_API_KEY"
        return RefusedError(f"{thing} at {self._host}: not found or no access", mend=mend)


def _project_variables(project: str) -> Mapping[str, str]:
    entity, name = entity_and_name(project)
    return {"project": name, "entity": entity}


def _checked_server(server: str) -> str:
    """The address without a slash at the end; a name or password in it would stand in every error."""
    try:
        parts = urlsplit(server)
        is_fit = parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
        is_fit = is_fit and not (parts.query or parts.fragment) and server.isprintable() and " " not in server
    except ValueError:
        is_fit = False
    if not is_fit:
        raise UsageError(
            "the address of W&B's API is none that can be asked",
            mend="set WANDB_BASE_URL, or `base_url:` under `experiments:`, to one such as https://api.wandb.ai",
        )
    return server.rstrip("/")
