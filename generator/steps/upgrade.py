"""`upgrade`: offers the newest release of the engine as a pull request."""

import argparse
import os
from collections.abc import Sequence
from functools import partial

from generator.github.api import GitHub
from generator.github.branch import fetch_commit
from generator.github.commits import content_of, fetch_contents, files_of
from generator.github.context import RunContext, read_context
from generator.github.engine_pin import FILE, EnginePin, read_pin
from generator.github.engine_releases import look_for_newer, newest_tag
from generator.github.git import BareRepository, bare_repository, remote_of
from generator.github.offers import look_before, make_offer
from generator.github.outputs import RunnerFiles, annotation
from generator.github.proposed_branch import Offered, propose
from generator.github.repository_facts import read_facts
from generator.github.template_repository import template_remote
from generator.github.tree_edits import Edits, Entry, without_workflows
from generator.github.upgrade import Upgrade, plan_upgrade
from generator.github.upgrade_offer import BRANCH, KIND, Release, upgrade_offer
from generator.steps.offering import offered
from generator.steps.result import StepResult

_NO_PIN = (
    f"Nobody knows which release this blog has: there is no {FILE}. Write one with the line "
    "`inkmill @ git+{url}@COMMIT`, where COMMIT is the commit of the template whose engine you have, all 40 digits."
)


def main(arguments: Sequence[str]) -> StepResult:
    """It needs no words; the environment says which repository."""
    argparse.ArgumentParser(prog="upgrade", description=__doc__).parse_args(arguments)
    context = read_context(os.environ)
    return offer_upgrade(context, GitHub(context), RunnerFiles.from_environ(os.environ))


def offer_upgrade(context: RunContext, github: GitHub, files: RunnerFiles) -> StepResult:
    """Bring the branch up to date and say so where it can be said; a second run changes nothing."""
    facts = read_facts(github, context)
    with bare_repository(remote_of(context)) as repository:
        head = fetch_commit(repository, f"refs/heads/{facts.default_branch}")
        tree = files_of(repository, head)
        if FILE not in tree:
            said = _NO_PIN.format(url=f"{facts.server_url}/{facts.template or 'OWNER/NAME'}")
            return _said(files, said, annotation("warning", "", None, said))
        pin = read_pin(content_of(repository, tree[FILE]).decode("utf-8", "replace"))
        template = pin.repository_on(context.server_url)
        tag = newest_tag(github, template) if template else None
        if tag is None:
            return _said(files, f"{pin.url} has no release that could be looked for.")
        before = look_before(github, facts, kind=KIND, branch=BRANCH, version=tag)
        if before.declined and context.event_name != "workflow_dispatch":
            return _said(files, f"{tag} was offered and closed: {before.declined}. Run this by hand to offer it again.")
        with bare_repository(template_remote(context, template)) as engine:
            newer = look_for_newer(engine, pin, tag)
            if newer is None:
                return _said(files, f"This blog has {tag} already, the newest release of the engine.")
            upgrade = plan_upgrade(tree, newer.base, newer.new)
            fetch_contents(engine, upgrade.entries)
            release = Release(tag, f"{facts.server_url}/{template}", EnginePin(pin.url, newer.commit), pin.commit)
            offer = upgrade_offer(release, upgrade, facts, newer.changelog, partial(content_of, engine))
            edits = _edits(upgrade, release.pin, engine, repository)
        state = propose(repository, BRANCH, head, (Offered(offer.title, edits),), is_in_use=before.is_in_use)
    made = make_offer(github, facts, offer, before, state)
    return offered(files, made, state, subject=f"The upgrade to {tag}", branch=BRANCH)


def _edits(upgrade: Upgrade, pin: EnginePin, engine: BareRepository, repository: BareRepository) -> Edits:
    """The files of the release, brought over from its repository, and the pin that names it."""
    edits: dict[str, Entry | bytes | None] = {FILE: pin.text.encode()}
    for path, entry in upgrade.edits.items():
        if entry is not None:
            repository.run("hash-object", "-w", "--stdin", feed=content_of(engine, entry))
        edits[path] = entry
    return without_workflows(edits)


def _said(files: RunnerFiles, line: str, *more: str) -> StepResult:
    files.add_summary(line)
    return StepResult((line, *more))
