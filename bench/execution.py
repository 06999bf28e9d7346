"""Running small notebooks: inkmill with two jobs, and papermill in two processes."""

import json
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

_CODE = (
    "import math\nimport random\nrandom.seed({seed})",
    "values = [random.gauss(0, 1) for _ in range(2000)]\nlen(values)",
    "mean = sum(values) / len(values)\nprint(f'mean {{mean:.4f}}')",
    "deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))\nround(deviation, 4)",
    "sorted(values)[:{seed} % 7 + 3]",
)


def write_blog(folder: Path, count: int) -> None:
    """A blog of notebooks that ask to be run, no two with the same code."""
    notebooks = folder / "_notebooks"
    notebooks.mkdir(parents=True)
    (folder / "_config.yml").write_text("permalink: /posts/:title/\nexecution:\n  execute: true\n")
    for number in range(count):
        notebooks.joinpath(f"2025-01-{number % 28 + 1:02d}-run-{number:03d}.ipynb").write_text(_notebook(number))


def _notebook(number: int) -> str:
    seed = random.Random(number).randrange(10**6)
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# Run {number}"}
    ]
    cells += [
        {
            "cell_type": "code",
            "id": f"cell-{place}",
            "metadata": {},
            "source": code.format(seed=seed),
            "execution_count": None,
            "outputs": [],
        }
        for place, code in enumerate(_CODE)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells})


def _with_papermill(path: str) -> None:
    import papermill  # noqa: PLC0415  (in the process that runs notebooks, as its time is measured)

    papermill.execute_notebook(path, f"{path}.out", progress_bar=False, log_output=False)


def main() -> None:
    """``python -m bench.execution FOLDER PROCESSES``: papermill over every notebook of a folder."""
    folder, processes = Path(sys.argv[1]), int(sys.argv[2])
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(_with_papermill, map(str, sorted(folder.glob("*.ipynb")))))


if __name__ == "__main__":
    main()
