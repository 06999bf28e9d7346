"""One threat, as docs/threat-model.md tells of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threat:
    """One row of docs/threat-model.md.

    Args:
        name: ``T1``.
        proofs: ``path::test`` below tests/; a parametrized test stands for all its cases.
        left: what is not met; empty when nothing is known.
    """

    name: str
    title: str
    danger: str
    control: str
    proofs: tuple[str, ...]
    left: str = ""
