"""What services want to know of who asks: keys, and the variables of the environment that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WANDB_VARIABLE = "WANDB_API_KEY"
MLFLOW_VARIABLES = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


@dataclass(frozen=True, slots=True)
class MlflowKeys:
    """Of a tracking server; all empty for one that asks nobody."""

    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)


def mlflow_keys(environ: Mapping[str, str]) -> MlflowKeys:
    """Those that the environment holds."""
    return MlflowKeys(*(environ.get(name, "") for name in MLFLOW_VARIABLES))
