"""Where the runs of a block are: service, server and project, or a file of the blog."""

from dataclasses import dataclass

from generator.errors import InkmillError
from generator.experiments.page.block_values import BlockValues, shortened
from generator.experiments.services.addresses import PUBLIC_API, app_url, entity_and_name, project_url
from generator.model.experiment import ExperimentRules, RunQuery, Service
from generator.near_words import nearest


@dataclass(frozen=True, slots=True)
class RunSource:
    """A query that asks for every run there, and the page at the service; empty where there is none."""

    query: RunQuery
    link: str


def run_source(values: BlockValues, rules: ExperimentRules) -> RunSource | None:
    """What ``source``, ``server``, ``project`` and ``file`` say; None where something is wrong with them."""
    service = _service(values, rules)
    if service is None:
        return None
    if service is Service.FILE:
        path = _path(values, rules)
        return None if values.is_wrong else RunSource(RunQuery(service, "", path), "")
    server, project = _server(values, rules, service), values.text("project") or rules.project
    if not project:
        mend = "write `project: acme/mnist` here, or below `experiments:` in `_config.yml`"
        values.refuse("project", "nothing says which project the runs are of", mend)
    elif service is Service.WANDB:
        _check_project(values, project)
    if values.is_wrong:
        return None
    link = server if service is Service.MLFLOW else project_url(app_url(server), project)
    return RunSource(RunQuery(service, server, project), link)


def read_frozen(values: BlockValues, service: Service) -> bool:
    """Whether what a sync fetched once stays as it is."""
    is_frozen = values.flag("frozen")
    if is_frozen and service is Service.FILE:
        values.warn("frozen", "nothing is fetched for a file, so nothing of it freezes", "leave out `frozen`")
    return is_frozen


def read_links(values: BlockValues) -> bool:
    """Whether the page links to the service; not where readers would find it closed."""
    return values.values.get("links") is None or values.flag("links")


def _service(values: BlockValues, rules: ExperimentRules) -> Service | None:
    word = values.text("source")
    if not word:
        return Service.FILE if values.values.get("file") else rules.service
    if word not in list(Service):
        known = [service.value for service in Service]
        values.refuse(
            "source",
            f"`{shortened(word)}` is no source of runs",
            f"write `source: {nearest(word, known) or 'wandb'}`; known are {', '.join(known)}",
        )
        return None
    return Service(word)


def _server(values: BlockValues, rules: ExperimentRules, service: Service) -> str:
    configured = rules.wandb_api if service is Service.WANDB else rules.mlflow_server
    server = values.text("server").rstrip("/") or configured
    key = "server" if values.values.get("server") else "source"
    if not server:
        values.refuse(key, "nothing says where MLflow is", "write `experiments: tracking_url:` in `_config.yml`")
    elif server not in (configured, *((PUBLIC_API,) if service is Service.WANDB else ())):
        # Whoever may change a post may not say where the keys of the sync go.
        setting = "base_url" if service is Service.WANDB else "tracking_url"
        values.refuse(
            key,
            f"`{shortened(server)}` is not the server of this blog",
            f"write it as `experiments: {setting}:` in `_config.yml`",
        )
    return server


def _check_project(values: BlockValues, project: str) -> None:
    try:
        entity_and_name(project)
    except InkmillError as wrong:
        values.refuse("project", wrong.problem, wrong.mend or "")


def _path(values: BlockValues, rules: ExperimentRules) -> str:
    path = values.text("file") or (rules.project if rules.service is Service.FILE else "")
    path = path.removeprefix("/")
    if not path or any(part in ("", ".", "..") for part in path.split("/")) or "\\" in path:
        mend = "write its path from the top of the repository, such as `file: data/runs.csv`"
        values.refuse("file", f"`{shortened(path)}` is no file of the blog" if path else "no file is named", mend)
    return path
