"""The executor a request asks for."""

from generator.errors import SettingsError
from generator.formats.byte_sizes import parse_size
from generator.location import Location
from generator.model.execution import Executor
from generator.model.request import BuildRequest
from generator.settings.values import ExecutionDefaults


def executor_for(request: BuildRequest, defaults: ExecutionDefaults) -> Executor:
    """Kernels on this machine, or on a Ray cluster.

    Raises:
        SettingsError: the memory of ``_config.yml`` is no size.
        MachineError: Ray is asked for and is not installed.
    """
    memory_bytes = _memory_bytes(defaults.memory)
    if request.executor == "ray":
        from generator.execution.ray_cluster import RayExecutor

        return RayExecutor(request.source, address=request.ray_address)
    from generator.execution.local import LocalExecutor

    is_warm = request.warm and defaults.warm
    return LocalExecutor(request.source, jobs=request.jobs, memory_bytes=memory_bytes, is_warm=is_warm)


def _memory_bytes(written: str) -> int | None:
    if not written:
        return None
    try:
        return parse_size(written)
    except ValueError:
        said = f"`execution.memory: {written}` is not a size"
        raise SettingsError(said, at=Location("_config.yml"), mend="write one, such as `4 GB`") from None
