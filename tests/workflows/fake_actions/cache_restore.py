"""actions/cache/restore: unpacks the newest cache that fits, or nothing."""

import io
import tarfile

from tests.workflows.fake_actions.wire import inputs, runtime, say, set_output, workspace


def main() -> None:
    status, content, headers = runtime("GET", "caches", key=inputs()["key"], restore=inputs()["restore-keys"])
    matched = headers.get("X-Cache-Key", "") if status == 200 else ""
    if matched:
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            packed.extractall(workspace())
    say(f"Cache restored from key: {matched}" if matched else "Cache not found")
    set_output("cache-hit", str(matched == inputs()["key"]).lower())
    set_output("cache-matched-key", matched)


if __name__ == "__main__":
    main()
