"""What a kernel finds in its environment so that the runs it logs are known to be of one commit."""

import json
import re
from collections.abc import Mapping

from generator.experiments.services.addresses import PUBLIC_API
from generator.experiments.services.service_keys import MLFLOW_VARIABLES, WANDB_VARIABLE
from generator.model.experiment import SHA_KEY, ExperimentRules, Service

_SHORTENED = re.compile(r"[0-9a-f]{7,39}", re.IGNORECASE)


def is_shortened(sha: str) -> bool:
    """Whether it looks like the beginning of a commit's name; runs hold all of it, and services compare all of it.

    >>> is_shortened("4a1f0c2"), is_shortened("4a1f0c2" + "0" * 33), is_shortened("v1.2")
    (True, False, False)
    """
    return _SHORTENED.fullmatch(sha) is not None


def wandb_config(sha: str) -> str:
    """A file of configuration as W&B's client reads it: YAML, of which JSON is a part."""
    return json.dumps({"wandb_version": 1, SHA_KEY: {"value": sha}}, indent=1) + "\n"


def tied_variables(sha: str, config_path: str, rules: ExperimentRules, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables, keys of the services included.

    The author need do nothing: W&B's client takes the file's configuration, and lets nothing in the notebook
    overwrite it; MLflow's takes the tags. Project and server are those of ``_config.yml`` where the notebook names
    none.

    Args:
        config_path: of a file that holds ``wandb_config``.
        environ: where keys are, if there are any.
    """
    keys = {name: environ[name] for name in (WANDB_VARIABLE, *MLFLOW_VARIABLES) if environ.get(name)}
    return {
        "GITHUB_SHA": sha,
        "WANDB_GIT_COMMIT": sha,
        # Not WANDB_CONFIG_PATHS: clients since 0.19 refuse to start with any value of it.
        "WANDB_SWEEP_PARAM_PATH": config_path,
        "MLFLOW_RUN_CONTEXT": json.dumps({SHA_KEY: sha, "mlflow.source.git.commit": sha}),
        **(_of_wandb(rules) if rules.service is Service.WANDB else _of_mlflow(rules)),
        **keys,
    }


def _of_wandb(rules: ExperimentRules) -> dict[str, str]:
    entity, mark, project = rules.project.partition("/")
    named = {"WANDB_ENTITY": entity, "WANDB_PROJECT": project} if mark and entity and project else {}
    return named if rules.wandb_api == PUBLIC_API else {**named, "WANDB_BASE_URL": rules.wandb_api}


def _of_mlflow(rules: ExperimentRules) -> dict[str, str]:
    found = {"MLFLOW_TRACKING_URI": rules.mlflow_server, "MLFLOW_EXPERIMENT_NAME": rules.project}
    return {name: value for name, value in found.items() if value}
