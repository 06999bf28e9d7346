"""The runner gives a job what GitHub would give it, and no more."""

import textwrap
import threading

import pytest

from tests.workflows import events
from tests.workflows.act import Annotation
from tests.workflows.fake_github import FakeGitHub
from tests.workflows.github_state import Environment
from tests.workflows.runner import Runner, WorkflowRun

# Together they take longer than `make quick` has.
pytestmark = pytest.mark.slow

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


@pytest.fixture
def given(github: FakeGitHub) -> "Given":
    return Given(github)


class Given:
    """``given(jobs)`` puts a workflow with these jobs onto the default branch."""

    def __init__(self, github: FakeGitHub) -> None:
        self.github = github

    def __call__(self, jobs: str, *, on: str = "push", name: str = "ann/blog", file: str = "own.yml") -> None:
        text = f"name: own\non: {on}\npermissions: {{}}\njobs:\n{textwrap.indent(textwrap.dedent(jobs), '  ')}"
        self.github.push(name, "main", {f".github/workflows/{file}": text})


def pushed(runner: Runner) -> WorkflowRun:
    return runner.run("own.yml", events.push(runner.github, "ann/blog"))


def test_outputs_and_results_reach_the_jobs_that_need_them(given: Given, runner: Runner) -> None:
    given("""
        first:
          runs-on: ubuntu-24.04
          outputs: {word: "${{ steps.say.outputs.word }}"}
          steps:
            - id: say
              run: |
                D='$'; echo "word=it's $D{{ github.token }} ${D}HOME" >> "$GITHUB_OUTPUT"
        broken: {runs-on: ubuntu-24.04, steps: [{run: exit 3}]}
        left: {needs: broken, runs-on: ubuntu-24.04, steps: [{run: echo never}]}
        last:
          needs: [first, broken, left]
          if: always()
          runs-on: ubuntu-24.04
          steps:
            - run: echo "$SAID"
              env:
                SAID: "${{ needs.first.outputs.word }}, ${{ needs.broken.result }}, ${{ needs.left.result }}"
    """)

    run = pushed(runner)

    assert run.results == {"first": "success", "broken": "failure", "left": "skipped", "last": "success"}
    assert run.jobs["last"].log == "it's ${{ github.token }} $HOME, failure, skipped\n"


def test_a_job_has_the_scopes_that_it_names(given: Given, runner: Runner, github: FakeGitHub) -> None:
    github.open_issue("ann/blog", "ann", "An issue")
    call = (
        'curl -s -o /dev/null -w "%{http_code}\\n" -X POST -H "Authorization: Bearer $T" -d "{\\"body\\":\\"a\\"}"'
        ' "$GITHUB_API_URL/repos/ann/blog/issues/1/comments"'
    )
    step = f"[{{run: '{call}', env: {{T: '${{{{ github.token }}}}'}}}}]"
    given(f"""
        without: {{runs-on: ubuntu-24.04, steps: {step}}}
        with: {{runs-on: ubuntu-24.04, permissions: {{issues: write}}, steps: {step}}}
    """)

    run = pushed(runner)

    assert {name: job.log for name, job in run.jobs.items()} == {"without": "403\n", "with": "201\n"}
    assert [entry.status for entry in github.requests("POST", "/comments", job="/with")] == [201]


SHOWS = "steps: [{run: 'echo \"<$S><$R><$T>\"', env: {S: '${{ secrets.KEY }}', R: '${{ secrets.REPO }}'}}]"


def with_secrets(github: FakeGitHub) -> None:
    blog = github.repositories["ann/blog"]
    blog.secrets["REPO"] = "r"
    blog.environments["notebooks"] = Environment({"KEY": "k"})


def test_a_secret_of_an_environment_is_there_for_who_names_it(given: Given, runner: Runner, github: FakeGitHub) -> None:
    with_secrets(github)
    given(f"""
        named: {{runs-on: ubuntu-24.04, environment: {{name: notebooks, deployment: false}}, {SHOWS}}}
        not_named: {{runs-on: ubuntu-24.04, {SHOWS}}}
    """)

    run = pushed(runner)

    assert {name: job.log for name, job in run.jobs.items()} == {"named": "<k><r><>\n", "not_named": "<><r><>\n"}
    github.repositories["ann/blog"].secrets.clear()
    github.repositories["ann/blog"].environments.clear()


def test_an_environment_of_the_default_branch_keeps_others_out(
    given: Given, runner: Runner, github: FakeGitHub
) -> None:
    with_secrets(github)
    given(f"named: {{runs-on: ubuntu-24.04, environment: notebooks, {SHOWS}}}", on="[push, pull_request]")
    github.push("ann/blog", "idea", {"a": "b"}, author="bob")
    number = github.open_pull_request("ann/blog", "idea", "bob")

    of_branch = runner.run("own.yml", events.push(github, "ann/blog", branch="idea"))
    of_pull = runner.run("own.yml", events.pull_request(github, "ann/blog", number))

    assert (of_branch.results, of_pull.results) == ({"named": "failure"}, {"named": "failure"})
    assert "environment protection rules" in of_pull.log
    github.repositories["ann/blog"].secrets.clear()
    github.repositories["ann/blog"].environments.clear()


def test_a_stranger_gets_a_token_that_reads_and_no_secret(given: Given, runner: Runner, github: FakeGitHub) -> None:
    with_secrets(github)
    given(
        f"named: {{runs-on: ubuntu-24.04, permissions: {{contents: write, issues: write, id-token: write}}, {SHOWS}}}",
        on="pull_request",
    )
    github.fork("ann/blog", "eve")
    github.push("eve/blog", "idea", {"a": "b"}, author="eve")
    number = github.open_pull_request("ann/blog", "idea", "eve", head_repository="eve/blog")

    run = runner.run("own.yml", events.pull_request(github, "ann/blog", number))

    assert run.log == "<><><>\n"
    assert github.seats[-1].scopes == {"contents": "read", "issues": "read"}
    github.repositories["ann/blog"].secrets.clear()
    github.repositories["ann/blog"].environments.clear()


def test_a_called_workflow_has_no_more_than_its_caller(given: Given, runner: Runner, github: FakeGitHub) -> None:
    given(
        """
        inner:
          runs-on: ubuntu-24.04
          permissions: {contents: write, pages: write}
          steps: [{run: echo inside}]
        """,
        on="workflow_call",
        file="called.yml",
    )
    given("""
        caller: {permissions: {contents: read, pages: write}, uses: ./.github/workflows/called.yml}
        never: {needs: caller, if: "vars.MODE == 'workflow'", uses: ./.github/workflows/called.yml}
    """)

    run = pushed(runner)

    assert run.results == {"caller/inner": "success", "never": "skipped"}
    assert github.seats[-1].scopes == {"contents": "read", "pages": "write"}


def test_what_starts_a_workflow_is_what_its_file_says(given: Given, runner: Runner, github: FakeGitHub) -> None:
    given("any: {runs-on: ubuntu-24.04, steps: [{run: ':'}]}", on="{issue_comment: {types: [created]}}")
    written = github.comment("ann/blog", github.open_issue("ann/blog", "ann", "a").number, "eve", "/preview")

    created, edited = (
        runner.run("own.yml", events.comment(github, "ann/blog", written, action=action))
        for action in ("created", "edited")
    )

    assert (created.was_started, edited.was_started, pushed(runner).was_started) == (True, False, False)


def test_jobs_of_one_group_never_run_together(given: Given, runner: Runner, github: FakeGitHub) -> None:
    given("""
        one:
          runs-on: ubuntu-24.04
          concurrency: {group: "writer-${{ github.event.head_commit.id }}", cancel-in-progress: false, queue: max}
          steps: [{run: 'echo in >> "$LOG"; sleep 0.3; echo out >> "$LOG"'}]
    """)
    log = github.folder / "order"
    event = events.push(github, "ann/blog")
    runs = [threading.Thread(target=runner.run, args=("own.yml", event, {"LOG": str(log)})) for _ in range(2)]

    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()

    assert log.read_text().split() == ["in", "out", "in", "out"]


def test_a_newer_job_of_a_group_that_cancels_ends_the_older(given: Given, runner: Runner, github: FakeGitHub) -> None:
    given("""
        one:
          runs-on: ubuntu-24.04
          concurrency: {group: build, cancel-in-progress: true}
          steps: [{run: 'touch "$BEGUN"; sleep "$LONG"'}]
        two: {needs: one, runs-on: ubuntu-24.04, steps: [{run: echo after}]}
    """)
    event = events.push(github, "ann/blog")
    older: list[WorkflowRun] = []
    begun = github.folder / "begun"
    first = {"BEGUN": str(begun), "LONG": "60"}
    thread = threading.Thread(target=lambda: older.append(runner.run("own.yml", event, first)))

    thread.start()
    while not begun.exists():
        thread.join(0.01)
    newer = runner.run("own.yml", event, {"BEGUN": str(begun), "LONG": "0"})
    thread.join()

    assert older[0].results == {"one": "cancelled", "two": "skipped"}
    assert newer.results == {"one": "success", "two": "success"}


def test_what_a_job_says_is_kept_apart(given: Given, runner: Runner) -> None:
    given("""
        one:
          runs-on: ubuntu-24.04
          steps:
            - name: Speak
              run: |
                echo "::error file=_posts/a.md,line=3::a%25b%0Ac"
                echo plain
                echo "# Done" >> "$GITHUB_STEP_SUMMARY"
            - {name: Break, run: exit 1, continue-on-error: true}
            - {name: Go on, run: '[ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo on'}
    """)

    job = pushed(runner).jobs["one"]

    assert job.annotations == (Annotation("error", "a%b\nc", "_posts/a.md", 3),)
    assert job.summary == "# Done\n"
    assert job.log.splitlines() == ["::error file=_posts/a.md,line=3::a%25b%0Ac", "plain", "on"]
    assert job.steps == {"Speak": "success", "Break": "failure", "Go on": "success"}


def test_checkout_leaves_a_token_behind_only_where_it_is_told_to(
    given: Given, runner: Runner, github: FakeGitHub
) -> None:
    given(f"""
        keeps: {{runs-on: ubuntu-24.04, steps: [{{uses: {CHECKOUT}}}, {{run: grep -c AUTHORIZATION .git/config}}]}}
        leaves:
          runs-on: ubuntu-24.04
          steps:
            - {{uses: {CHECKOUT}, with: {{persist-credentials: false}}}}
            - run: '! grep AUTHORIZATION .git/config && git log --format=%H && git status --porcelain'
    """)

    run = pushed(runner)

    event = events.push(github, "ann/blog")
    assert run.jobs["keeps"].log == "1\n"
    assert run.jobs["leaves"].log == f"{event.sha}\n"
    assert [record["persist"] for record in github.repositories["ann/blog"].checkouts] == ["true", "false"]


def test_what_steps_need_is_there_after_checkout_and_make_has_nothing_to_do(given: Given, runner: Runner) -> None:
    given(f"""
        one:
          runs-on: ubuntu-24.04
          steps:
            - {{uses: {CHECKOUT}, with: {{persist-credentials: false}}}}
            - run: make environment steps
            - run: .venv/bin/python -c "import papermill, generator; print(generator.__file__.startswith('$PWD/'))"
            - run: .venv-steps/bin/python -m generator.steps nonsense
    """)

    job = pushed(runner).jobs["one"]

    assert job.result == "failure"  # exit 2: there is no such step
    assert "True\n" in job.log
    assert "usage: python -m generator.steps NAME" in job.log


def test_artifacts_go_from_job_to_job_and_have_one_name_each(given: Given, runner: Runner) -> None:
    upload = "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"
    download = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
    given(f"""
        one:
          runs-on: ubuntu-24.04
          steps:
            - run: mkdir -p built/deep && echo a > built/deep/a && echo b > built/.b && ln -s /etc/hostname built/link
            - {{uses: {upload}, with: {{name: open, path: built, include-hidden-files: true}}}}
            - {{uses: {upload}, with: {{name: plain, path: built}}}}
            - {{uses: {upload}, with: {{name: none, path: nothing}}}}
        two:
          needs: one
          runs-on: ubuntu-24.04
          steps:
            - {{uses: {download}, with: {{name: open, path: "${{{{ runner.temp }}}}/x"}}}}
            - run: cd "$RUNNER_TEMP/x" && find . -type f | sort
        again:
          needs: one
          runs-on: ubuntu-24.04
          steps: [{{run: mkdir b && touch b/c}}, {{uses: {upload}, with: {{name: open, path: b}}}}]
        missing: {{needs: one, runs-on: ubuntu-24.04, steps: [{{uses: {download}, with: {{name: none}}}}]}}
    """)

    run = pushed(runner)

    assert run.jobs["two"].log.splitlines() == ["./.b", "./deep/a", "./link"]
    assert "No files were found" in run.jobs["one"].log
    assert (run.results["again"], run.results["missing"]) == ("failure", "failure")
    assert "already exists" in run.jobs["again"].log
    plain = [artifact for artifact in runner.github.repositories["ann/blog"].artifacts if artifact.name == "plain"]
    assert b".b" not in plain[0].content


def test_caches_come_back_by_prefix_and_are_not_saved_from_comments(
    given: Given, runner: Runner, github: FakeGitHub
) -> None:
    sha = "27d5ce7f107fe9357f9df03efb73ab90386fccae"
    given(
        f"""
        one:
          runs-on: ubuntu-24.04
          steps:
            - id: cache
              uses: actions/cache/restore@{sha}
              with: {{path: .inkmill, key: "a-${{{{ github.run_id }}}}", restore-keys: a-}}
            - run: mkdir -p .inkmill && echo x >> .inkmill/x && wc -l < .inkmill/x
            - {{uses: actions/cache/save@{sha}, with: {{path: .inkmill, key: "a-${{{{ github.run_id }}}}"}}}}
        """,
        on="[push, issue_comment]",
    )
    written = github.comment("ann/blog", github.open_issue("ann/blog", "ann", "a").number, "eve", "hello")

    runs = [pushed(runner), runner.run("own.yml", events.comment(github, "ann/blog", written)), pushed(runner)]

    assert [run.log.splitlines()[1] for run in runs] == ["1", "2", "2"]
    assert "Failed to save" in runs[1].log
    assert len(github.repositories["ann/blog"].caches) == 2


def test_nothing_outside_the_network_answers_a_job(given: Given, runner: Runner) -> None:
    given(
        "one: {runs-on: ubuntu-24.04, steps: [{run: 'curl -sS -m 5 https://192.0.2.1/ && exit 1;"
        " tail -n +3 /proc/net/dev'}]}"
    )

    job = pushed(runner).jobs["one"]

    assert (job.result, "Couldn't connect" in job.log or "unreachable" in job.log) == ("success", True)
    assert [line.split()[0] for line in job.log.splitlines()][1:] == ["lo:"]
