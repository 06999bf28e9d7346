"""`setup`: offers, as a pull request, what makes a repository out of the template somebody's own blog."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from generator.errors import RefusedError
from generator.github.api import GitHub
from generator.github.branch import fetch_commit
from generator.github.commits import content_of, files_of
from generator.github.config_lines import is_setup_pending
from generator.github.context import RunContext, read_context
from generator.github.git import bare_repository, remote_of
from generator.github.offers import look_before, make_offer
from generator.github.outputs import RunnerFiles
from generator.github.proposed_branch import propose
from generator.github.repository_facts import RepositoryFacts, read_facts
from generator.github.repository_setup import CONFIG, Template, plan_setup
from generator.github.setup_offer import BRANCH, KIND, commits_of, setup_offer
from generator.github.template_repository import read_template, template_remote
from generator.github.tree_edits import Tree
from generator.steps.offering import offered
from generator.steps.result import StepResult


def main(arguments: Sequence[str]) -> StepResult:
    """With ``--look`` only the output ``pending``, from the _config.yml of the working directory."""
    parser = argparse.ArgumentParser(prog="setup", description=__doc__)
    parser.add_argument("--look", action="store_true", help="only say whether the setup is pending")
    words = parser.parse_args(arguments)
    files = RunnerFiles.from_environ(os.environ)
    if words.look:
        return look(Path(CONFIG), files)
    context = read_context(os.environ)
    return offer_setup(context, GitHub(context), files)


def look(config: Path, files: RunnerFiles) -> StepResult:
    """Whether the setup is pending, as an output."""
    try:
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    pending = is_setup_pending(text)
    files.set_output("pending", "true" if pending else "false")
    return StepResult((f"The setup is {'pending' if pending else 'done'}.",))


def offer_setup(context: RunContext, github: GitHub, files: RunnerFiles) -> StepResult:
    """Bring the branch up to date and say so where it can be said; a second run changes nothing."""
    facts = read_facts(github, context)
    before = look_before(github, facts, kind=KIND, branch=BRANCH)
    if before.declined and context.event_name != "workflow_dispatch":
        line = f"The setup was offered and closed: {before.declined}. Run this workflow by hand to offer it again."
        files.add_summary(line)
        return StepResult((line,))
    with bare_repository(remote_of(context)) as repository:
        head = fetch_commit(repository, f"refs/heads/{facts.default_branch}")
        tree = files_of(repository, head)

        def read(path: str) -> bytes:
            return content_of(repository, tree[path])

        if CONFIG not in tree or not is_setup_pending(read(CONFIG).decode("utf-8", "replace")):
            return StepResult((f"The setup is done on {facts.default_branch}.",))
        template = _template(context, facts, tree)
        setup = plan_setup(tree, read, facts, template)
        state = propose(repository, BRANCH, head, commits_of(setup), is_in_use=before.is_in_use)
    made = make_offer(github, facts, setup_offer(setup, facts, template), before, state)
    return offered(files, made, state, subject="The setup of this blog", branch=BRANCH)


def _template(context: RunContext, facts: RepositoryFacts, tree: Tree) -> Template | None:
    if not facts.template:
        return None
    try:
        return read_template(template_remote(context, facts.template), tree)
    except RefusedError:
        # A private template of somebody else's: the blog is set up all the same, without what only it could tell.
        return None
