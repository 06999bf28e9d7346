"""Which of two builds is the newer one."""

from generator.github.api import GitHub
from generator.github.manifest import SiteManifest
from generator.github.site_record import SiteRecord


def is_overtaken(github: GitHub, repository: str, published: SiteRecord, built: SiteManifest) -> bool:
    """Whether what is published comes after what was built, so that publishing it would be a step back.

    History decides; of the same commit, or of two that are in no line (after a force push), the later build wins.

    Raises:
        RefusedError, MachineError: GitHub was asked, and did not say.
    """
    if published.source and published.source != built.source:
        # None: a force push took the commit out of the repository.
        found = github.get_or_none(f"/repos/{repository}/compare/{published.source}...{built.source}", per_page=1)
        status = found.get("status") if isinstance(found, dict) else None
        if status in ("ahead", "behind"):
            return bool(status == "behind")
    return published.now > built.now
