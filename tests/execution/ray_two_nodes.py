"""A program: a Ray cluster of two machines on 127.0.0.1, the second of which comes and goes as standard input says."""

import sys
from typing import Any

_MACHINE: dict[str, Any] = {
    "node_ip_address": "127.0.0.1",
    "include_dashboard": False,
    "object_store_memory": 80 * 2**20,
}
# A machine that is gone is missed after 2 s; by default it would be 30.
_WATCHFUL = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1000,
    "health_check_failure_threshold": 3,
}


def main(folder: str) -> None:
    from ray.cluster_utils import Cluster

    first = {"num_cpus": 2, "temp_dir": folder, "_system_config": _WATCHFUL, **_MACHINE}
    cluster: Any = Cluster(initialize_head=True, head_node_args=first)
    second: Any = None
    _say(f"address {cluster.address}")
    for line in sys.stdin:
        if line == "add\n":
            second = cluster.add_node(num_cpus=2, num_gpus=1, **_MACHINE)
        else:
            cluster.remove_node(second, allow_graceful=False)
        _say("done")
    cluster.shutdown()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
