"""What a Markdown twin says of runs."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from generator.experiments.page.figure_markdown import figure_markdown
from tests.building import markdown_cell, notebook
from tests.conftest import SiteBuilder
from tests.experiments.runs_of_a_page import R1, R3, R5, kept, query, run, shown

BLOCK = "tags: new\nmetrics: [acc:max]\nconfig: lr"
SETTINGS = "permalink: /:title/\nexperiments: {project: acme/mnist, baseline_tags: [baseline]}\n"
TABLE = """\
| Run | acc (max) | lr |
| --- | --- | --- |
| [run-r3](https://wandb.ai/acme/mnist/runs/r3), reference | 0.95 | 0.1 |
| [run-r1](https://wandb.ai/acme/mnist/runs/r1) | 0.9, -0.05 (-5.26%) worse | 0.1 |
| [run-r5](https://wandb.ai/acme/mnist/runs/r5), running |  | 0.3 |

Runs of acme/mnist. 1 finished, 1 running. As of 26 November 2026, on [Weights \\& Biases](https://wandb.ai/acme/mnist)."""
SNAPSHOT = kept(query(tags=("new",)), R3, R1, R5)


def test_the_twin_of_a_post_says_what_its_figure_shows(tmp_site: SiteBuilder) -> None:
    post = f"# A\n\nBefore.\n```wandb\n{BLOCK}\n```\nAfter {{{{ page.title }}}}.\n"

    ran = tmp_site({"_config.yml": SETTINGS, "_posts/2024-01-02-a.md": post, **SNAPSHOT})

    assert ran.page("a/index.html.md") == f"# A\n\nBefore.\n\n{TABLE}\nAfter A.\n"


def test_the_twin_of_a_notebook_does_too(tmp_site: SiteBuilder) -> None:
    cells = notebook(markdown_cell("# N"), markdown_cell(f"Words.\n\n~~~wandb\n{BLOCK}\n~~~"))

    ran = tmp_site({"_config.yml": SETTINGS, "_notebooks/2024-01-02-n.ipynb": cells, **SNAPSHOT})

    assert ran.page("n/index.html.md") == f"# N\n\nWords.\n\n{TABLE}\n"


def test_a_block_whose_runs_nobody_fetched_stands_in_the_twin_itself(tmp_site: SiteBuilder) -> None:
    ran = tmp_site({"_config.yml": SETTINGS, "_posts/2024-01-02-a.md": f"# A\n\n```wandb\n{BLOCK}\n```\n"})

    assert ran.page("a/index.html.md") == f"# A\n\n```wandb\n{BLOCK}\n```\n"


def test_what_is_shown_as_code_stays_code(tmp_site: SiteBuilder) -> None:
    post = f"# A\n\n```wandb\n{BLOCK}\n```\n\n````markdown\n```wandb\n{BLOCK}\n```\n````\n"

    twin = tmp_site({"_config.yml": SETTINGS, "_posts/2024-01-02-a.md": post, **SNAPSHOT}).page("a/index.html.md")

    assert twin == f"# A\n\n{TABLE}\n\n````markdown\n```wandb\n{BLOCK}\n```\n````\n"


def test_an_address_on_a_line_of_its_own_becomes_its_card(tmp_site: SiteBuilder) -> None:
    post = "# A\n\n> wandb: https://wandb.ai/acme/mnist/runs/r1\n\nEnd.\n"

    files = {"_config.yml": SETTINGS, "_posts/2024-01-02-a.md": post, **kept(query(run_ids=("r1",)), R1)}
    twin = tmp_site(files).page("a/index.html.md")

    assert "| Summary |  |\n| --- | --- |\n| acc | 0.9 |\n| loss | 0.31 |\n| Configuration |  |\n| lr | 0.1 |" in twin
    assert "> wandb:" not in twin
    assert twin.endswith("\n\nEnd.\n")


def test_a_paragraph_is_no_figure() -> None:
    assert figure_markdown('<p class="runs runs-missing">Runs</p>') == ""


@given(some.text(min_size=1))
def test_no_name_of_a_run_is_markdown_or_html(name: str) -> None:
    hostile = replace(run("r1", acc=0.9), id=name, name=name, url="")

    written = shown("tags: new\nmetrics: acc", kept(query(tags=("new",)), hostile)).markdown

    head, rule, row = written.split("\n\n")[0].split("\n")
    assert (head, rule, row.endswith(" | 0.9 |")) == ("| Run | acc |", "| --- | --- |", True)
    bare = re.sub(r"\\.", "", row)
    assert (bare.count("|"), re.findall(r"[<\[`*_&]", bare)) == (3, [])
