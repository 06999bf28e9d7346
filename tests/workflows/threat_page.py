"""docs/threat-model.md, made of the list of threats and the seeded edits."""

from collections.abc import Iterator

from tests.workflows.seeds import SEEDS
from tests.workflows.threat import Threat
from tests.workflows.threats import THREATS
from tests.workflows.workflow_file import WORKFLOWS

PAGE = WORKFLOWS.parents[1] / "docs/threat-model.md"

_HEAD = """# What could go wrong, and what stands against it

This page is made of `tests/workflows/threats.py`; `pytest tests/docs --update-golden` writes it anew.

Who attacks: anyone with an account, by a pull request, a comment or a push after the look; somebody who may comment but
not write; a package or an action that was taken over; and the blog's own author, by mistake. What is worth taking: a
token that writes, the notebooks' secrets, the cache of the default branch, the published pages and the address they
stand at, and minutes.

The rule for everything: four kinds of job, never mixed (`docs/contracts.md`). Every test named here is part of
`make test`. An *edit* is one of `tests/workflows/seeds.py`: a change of the workflow files that would open the threat,
and is caught by rule and line.
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join("\n" + "\n".join(_section(threat)) + "\n" for threat in THREATS)


def _section(threat: Threat) -> Iterator[str]:
    yield f"## {threat.name}: {threat.title}"
    yield ""
    yield threat.danger
    yield ""
    yield f"**Control.** {threat.control}"
    yield ""
    yield "**Proved by**"
    yield ""
    yield from (f"- `tests/{proof}`" for proof in threat.proofs)
    edits = [seed.name for seed in SEEDS if seed.threat == threat.name]
    if edits:
        yield f"- edits: {', '.join(f'`{name}`' for name in edits)}"
    yield ""
    yield f"**Left.** {threat.left or 'Nothing that we know of.'}"
