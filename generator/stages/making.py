"""Sources become a site and what stands in its output folder; nothing is written yet."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from generator.model.problem import Severity
from generator.model.report import BuildReport, MadePage, SiteFacts
from generator.model.request import BuildRequest
from generator.stages.inputs import Inputs
from generator.stages.memory import stopped_report
from generator.stages.runner import Runner

if TYPE_CHECKING:
    from generator.model.document import Picture
    from generator.model.output import Planned
    from generator.model.site import Site
    from generator.stages.engine import Engine
    from generator.stages.reading import ReadSources


@dataclass(frozen=True, slots=True)
class MadeSite:
    """A site before anything of it is written.

    Args:
        report: as if nothing were to be published.
    """

    request: BuildRequest
    inputs: Inputs
    engine: "Engine"
    documents: "ReadSources"
    site: "Site"
    report: BuildReport

    def facts(self) -> SiteFacts:
        """The site as a whole."""
        from generator.render.facts import title_of_post
        from generator.stages.slices import site_rules

        home = self.site.home_document
        posts = (*self.site.posts, home) if home else self.site.posts
        pages = (
            MadePage(
                post.url,
                post.file,
                title_of_post(post),
                post.document.path,
                post.document.body,
                tuple(map(self._marked, post.document.pictures)),
            )
            for post in posts
        )
        return SiteFacts(
            base_path=self.report.base_path,
            address=site_rules(self.request, self.inputs).address,
            commit=self.inputs.git.head,
            # Manifests name pages as their files are named.
            gone=tuple(f"/{unquote(url).lstrip('/')}" for url in self.inputs.settings.gone),
            pages=tuple(sorted(pages, key=lambda page: page.url)),
            is_provisional=self.inputs.settings.setup == "pending",
        )

    def _marked(self, picture: "Picture") -> str:
        """By content where it is known, since a picture keeps its name when it is drawn anew."""
        is_elsewhere = picture.is_asset or "://" in picture.source
        return picture.source if is_elsewhere else self.inputs.digest_if_readable(picture.source) or picture.source

    @property
    def must_stop(self) -> bool:
        """Whether what was found keeps the site from being published."""
        found = {problem.severity for problem in self.report.problems}
        is_wrong = Severity.ERROR in found or (self.request.strict and Severity.WARNING in found)
        return is_wrong and not self.request.keep_going

    def planned(self) -> "tuple[Planned, ...]":
        """Every file of the output folder, none of them made yet."""
        from generator.stages.outputs import outputs

        return outputs(self.request, self.inputs, self.site, self.engine)


def make_site(request: BuildRequest, inputs: Inputs, fingerprint: str, runner: Runner) -> MadeSite:
    """Read every source, run what is to run, and put the site together.

    Raises:
        MachineError: the store cannot be written, or a worker died.
        SettingsError: a template of the blog is wrong.
    """
    from generator.site.assemble import assemble
    from generator.stages.engine import read_engine
    from generator.stages.execution import Execution
    from generator.stages.reading import failed_fates, read_sources
    from generator.stages.slices import base_path, site_rules

    engine = read_engine(request.source, fingerprint, trusts_blog=not request.untrusted)
    documents = read_sources(request, inputs, engine, Execution(request, inputs, runner))
    skipped = (*inputs.shelving.skipped, *failed_fates(documents))
    site = assemble(documents.read, skipped, inputs.files, site_rules(request, inputs))
    report = replace(
        stopped_report(request, (*inputs.problems, *documents.problems, *site.problems)),
        fates=site.fates,
        converted=documents.converted,
        base_path=base_path(request, inputs),
        tally=documents.executions.tally,
    )
    return MadeSite(request, inputs, engine, documents, site, report)
