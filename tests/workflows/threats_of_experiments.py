"""What could go wrong with commands on experiments, and what stands against it."""

from tests.workflows.threat import Threat

OF_EXPERIMENTS = (
    Threat(
        "T32",
        "A notebook of a pull request runs with the keys",
        "`/run` starts a notebook in a job that holds the notebooks' secrets: a stranger's, or another one than was "
        "looked at.",
        "The gate lets `/run` through for a pull request of this very repository alone, whose code somebody with write "
        "permission has pushed, asked for by a person who has that permission at that moment. It is the newest commit, "
        "nothing was pushed since the comment, and the job checks out that commit and compares it once more. It holds "
        "no token that writes. What ran is searched for the keys, and nothing of it is handed on where one is found.",
        (
            "github/test_experiment_gate.py::test_a_fork_gets_no_command_that_runs_or_uses_its_code",
            "github/test_experiment_gate.py::test_who_may_not_write_here_gets_nothing_looked_at",
            "github/test_experiment_gate.py::test_what_was_pushed_after_the_comment_is_not_what_its_writer_meant",
            "github/test_experiment_gate.py::test_a_push_while_the_gate_looks_stops_it",
            "steps/test_run_notebook.py::test_another_commit_than_was_asked_for_runs_nothing",
            "steps/test_run_notebook.py::test_a_key_that_it_prints_stands_in_nothing_that_is_handed_on",
            "steps/test_run_notebook.py::test_a_key_in_an_error_stands_in_nothing_that_is_handed_on",
            "workflows/test_conditions.py::test_every_job_runs_when_it_should_and_at_no_other_time",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_experiment_notebooks.py::test_what_is_refused_gets_neither_a_run_nor_the_key",
            "workflows/test_experiment_notebooks.py::test_a_push_after_the_gate_changes_nothing_of_what_is_run",
            "workflows/test_experiment_notebooks.py::test_a_key_that_is_printed_or_logged_is_shown_to_nobody",
            "workflows/test_experiment_notebooks.py::test_a_branch_that_changes_the_engine_speaks_for_nobody",
        ),
        "Whoever may push to the repository may use its notebooks' secrets: that is what write permission means here. "
        "What the notebook sends to a server by itself nobody sees.",
    ),
    Threat(
        "T33",
        "Something is deployed, or reported, that nobody meant",
        "`/deploy` takes a run of another commit, of somebody else, or one that has not ended; a report on an old "
        "commit is taken for one on the newest.",
        "Exactly one finished run of that id, whose configuration names the very commit that is the head of the pull "
        "request when the deployment is opened. What is deployed and how is the blog's own workflow; GitHub's "
        "environment may ask for reviewers. A report counts for the commit in the comment that asked for it alone, "
        "and labels only show.",
        (
            "steps/test_deploy.py::test_any_other_run_is_not_deployed_and_the_comment_says_why",
            "steps/test_deploy.py::test_a_pull_request_that_has_changed_meanwhile_is_not_deployed",
            "steps/test_deploy.py::test_what_a_job_left_that_did_not_end_well_is_not_deployed",
            "steps/test_gate_experiment.py::test_acceptance_of_a_deployment",
            "steps/test_gate_experiment.py::test_a_report_on_another_commit_or_on_no_test_is_none",
            "steps/test_report.py::test_a_report_on_another_commit_changes_nothing",
            "steps/test_report.py::test_a_strangers_comment_with_the_marker_is_not_taken_for_the_question",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_experiment_deployments.py::test_only_a_finished_run_of_the_newest_commit_is_deployed",
            "workflows/test_experiment_full_tests.py::test_a_report_is_of_the_commit_that_was_asked_for",
        ),
        "The service is believed: who may write runs there may write `github_sha` into any of them.",
    ),
)
