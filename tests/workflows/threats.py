"""What could go wrong, what stands against it, and the tests that prove it."""

from tests.workflows.threat import Threat
from tests.workflows.threats_of_experiments import OF_EXPERIMENTS

THREATS = (
    Threat(
        "T1",
        "A stranger's code runs with something in reach",
        "A pull request's notebook reads a secret or a token and sends it away.",
        "Notebooks of a pull request run in a job with `permissions: {}`, without environment, secret or cache, from "
        "checkouts that leave no token behind; `/run` is another matter (T32). Secrets lie in the environment "
        "`notebooks`, for the default branch. "
        "The build of `pr.yml` runs a fork's code as GitHub gives it to forks: with a token that reads what is public.",
        (
            "steps/test_execute.py::test_a_hostile_notebook_gets_nothing_and_spoils_nothing",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_runner.py::test_a_stranger_gets_a_token_that_reads_and_no_secret",
            "workflows/test_scenarios.py::test_preview_by_maintainer_fork",
        ),
        "Whoever has write access may change a workflow on a branch and use its secrets there; limit the environment "
        "`notebooks` to the default branch, as the setup pull request asks.",
    ),
    Threat(
        "T2",
        "A stranger's code reads the runner's memory",
        "The token of a job lies in the memory of the runner's own process, whose user may become root.",
        "Notebooks run in a sandbox: as user 65534, without capabilities and new privileges, in process, network and "
        "file system namespaces of their own, with an empty environment. Nothing of the machine is seen but programs.",
        (
            "execution/test_sandbox.py::test_nobody_runs_there_and_has_no_right",
            "execution/test_sandbox.py::test_memory_and_files_of_processes_outside_cannot_be_read",
            "execution/test_sandbox.py::test_of_the_machine_nothing_is_seen_but_programs",
            "execution/test_sandbox.py::test_programs_that_make_others_root_do_not",
            "execution/test_sandbox.py::test_kill_reaches_nobody_outside",
        ),
        "A flaw of the kernel that lets a process out of its namespaces. It would find a job without rights on a "
        "machine that is thrown away; it could hand over artifacts of its run, and one under the name of the preview "
        "is not published where the job that renders could not hand over its own.",
    ),
    Threat(
        "T3",
        "A pull request poisons what later builds take for their own",
        "An entry of the cache, or a kept run, made by a stranger is shown on the default branch.",
        "Nothing that a pull request or a comment starts saves a cache. Entries of the store are checked against "
        "their digests, runs against their keys and their notebook's digest. A preview has a store of its own.",
        (
            "cache/test_store.py::test_a_corrupt_entry_is_never_taken_for_content",
            "cache/test_store.py::test_an_entry_under_another_name_is_never_taken_for_content",
            "execution/test_run_files.py::test_another_notebook_than_the_record_speaks_of_is_refused",
            "steps/test_render.py::test_outputs_of_the_run_are_shown_and_nothing_is_kept_of_them",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
        ),
        "Code that a comment starts (T32) may take the runner's own key of the cache. On github.com that key only "
        "reads since June 2026; an older GitHub Enterprise Server lets it write into the default branch's cache.",
    ),
    Threat(
        "T4",
        "A poisoned artifact",
        "An artifact overwrites a script of the job that may write, or leads out of its folder.",
        "Artifacts are unpacked beside the checkout. A job that may write takes plain files with harmless names, in "
        "kinds, sizes and numbers that are bounded, if they are exactly those of the manifest, and opens none of them "
        "as anything but bytes.",
        (
            "github/test_inert_tree.py::test_only_plain_files_are_published",
            "github/test_inert_tree.py::test_a_name_that_could_mean_something_else_is_refused",
            "github/test_inert_tree.py::test_a_hundred_thousand_files_are_refused_at_once",
            "github/test_pages.py::test_files_that_change_under_way_are_not_published",
            "steps/test_publish.py::test_a_hostile_artifact_is_refused_and_named",
            "github/test_runs_file.py::test_what_no_step_of_ours_wrote_is_refused_by_file_and_field",
            "github/test_runs_file.py::test_no_bytes_raise_anything_but_a_refusal",
            "steps/test_report_experiment.py::test_what_a_branch_hands_on_does_not_stand_in_for_what_the_service_said",
        ),
    ),
    Threat(
        "T5",
        "Text from outside becomes a script",
        "A title, a branch or a file name is read as shell.",
        "No expression stands in a `run:`; each is one call of make or of a step. Steps read the event's file, and "
        "call programs by lists of words.",
        (
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_linters.py::test_zizmor_finds_nothing",
            "steps/test_render.py::test_workflow_commands_in_a_name_are_not_heeded",
        ),
    ),
    Threat(
        "T6",
        "Output is read as a command of the runner",
        "A notebook prints `::add-mask::`, or writes into the runner's files.",
        "What a sandbox prints is kept, cut, and shown between marks that switch commands off. The files of the runner "
        "are not in the sandbox, and the job has no outputs. Reports print no control characters.",
        (
            "github/test_outputs.py::test_no_text_from_outside_is_obeyed",
            "github/test_outputs.py::test_a_value_that_could_be_two_is_refused_and_nothing_is_written",
            "steps/test_execute.py::test_a_hostile_notebook_gets_nothing_and_spoils_nothing",
            "steps/test_build.py::test_a_title_that_is_a_command_reaches_no_runner",
            "steps/test_take_runs.py::test_what_is_no_run_is_refused_in_lines_that_no_runner_obeys",
        ),
    ),
    Threat(
        "T7",
        "Another commit is built than the one that was looked at",
        "The stranger pushes between the maintainer's look, the comment and the checkout.",
        "For a fork the comment names the commit. It must be the head, before and after the changed files are listed, "
        "and nothing may have been pushed since the comment. Later jobs get the full commit and compare it once more.",
        (
            "github/test_gate.py::test_a_commit_that_the_writer_cannot_have_meant_is_refused_with_the_words_to_write",
            "github/test_gate.py::test_the_head_is_read_again_after_the_files",
            "steps/test_gate.py::test_a_push_while_files_are_listed_stops_it",
            "steps/test_gate.py::test_seven_digits_that_two_commits_share_are_refused",
            "steps/test_render.py::test_another_commit_than_was_asked_for_is_refused",
            "steps/test_publish_preview.py::test_what_was_built_for_another_commit_or_place_is_not_published",
        ),
        "That the maintainer has really looked at the commit named.",
    ),
    Threat(
        "T8",
        "Somebody commands who may not",
        "A stranger, a bot or an edited comment starts a preview, a run or a deployment.",
        "Only a new comment of a person, whose first line is the command and nothing else. The person's right to write "
        "is asked of GitHub at that moment; no answer is no right.",
        (
            "github/test_command.py::test_a_comment_that_only_talks_of_the_command_asks_for_nothing",
            "github/test_gate.py::test_who_may_not_write_here_gets_nothing_looked_at",
            "github/test_gate.py::test_an_answer_that_does_not_come_is_no_permission",
            "github/test_experiment_gate.py::test_what_is_no_command_on_experiments_asks_github_nothing",
            "steps/test_gate.py::test_a_stranger_gets_a_reaction_and_no_words",
            "steps/test_gate_experiment.py::test_a_permission_that_github_does_not_tell_is_none",
            "workflows/test_conditions.py::test_every_job_runs_when_it_should_and_at_no_other_time",
            "workflows/test_scenarios.py::test_preview_stranger",
            "workflows/test_experiment_refusals.py::test_strangers_get_a_reaction_and_nothing_is_looked_at",
            "workflows/test_experiment_refusals.py::test_what_is_no_command_starts_no_job",
            "workflows/test_experiment_faults.py::test_a_storm_over_the_gate_asks_nobody",
        ),
    ),
    Threat(
        "T9",
        "A stranger's page acts on the blog's origin",
        "A script in Markdown, HTML, a drawing, an output or metadata runs in the reader's browser.",
        "The strict profile: an allow-list as the last thing over every body, drawings looked through, interactive "
        "figures as pictures or in a sealed frame, a policy in every page. A page in that profile takes no body that "
        "was not made strict.",
        (
            "strict/test_hostile_content.py::test_nothing_hostile_gets_into_the_site",
            "strict/test_hostile_content.py::test_there_are_as_many_cases_as_we_promise",
            "strict/test_drawings.py::test_what_runs_or_loads_is_left_out",
            "test_strict_profile.py::test_no_link_a_stranger_wrote_runs",
        ),
    ),
    Threat(
        "T10",
        "Content chooses its own profile",
        "Front matter or settings of a pull request switch the strict profile off.",
        "The profile is an argument that the workflow's step gives. Nothing in the content can set or lift it, and "
        "settings are the default branch's.",
        (
            "steps/test_render.py::test_code_and_rules_of_the_pull_request_are_not_used",
            "sources/test_pull_request.py::test_what_decides_is_the_default_branchs",
        ),
    ),
    Threat(
        "T11",
        "A preview is taken for the blog",
        "Previews stand on the same address as the blog, and as other pages of its owner.",
        "Each page of a preview says so in a banner, asks not to be indexed, and in a stranger's case holds nothing "
        "active. Previews go when the pull request is closed.",
        (
            "strict/test_hostile_content.py::test_a_page_without_a_sandbox_lets_no_script_run_but_ours",
            "strict/test_in_browser.py::test_no_class_of_ours_lays_a_strangers_words_over_what_says_that_they_are_no_blog",
            "steps/test_render.py::test_a_preview_is_what_the_job_that_publishes_takes",
            "steps/test_clean_previews.py::test_closing_a_pull_request_removes_its_preview_and_no_other",
        ),
        "The address is still shared. Who minds keeps the blog under an owner of its own.",
    ),
    Threat(
        "T12",
        "A name leads out of the site",
        "A permalink, an attachment or a picture is written elsewhere.",
        "One function makes a path of any name, and writing never follows a link.",
        (
            "formats/test_names.py::test_no_path_leaves_the_output_folder",
            "formats/test_names.py::test_no_dots_in_any_disguise_leave_the_output_folder",
            "github/test_inert_tree.py::test_a_name_without_fault_stays_below_its_folder_and_is_what_every_system_sees",
        ),
    ),
    Threat(
        "T13",
        "A link publishes a file of the machine",
        "`post/x.png` is a link to a secret, and the upload follows it.",
        "Links are not followed when sources are read, when a pull request's files are taken, and not uploaded.",
        (
            "test_strict_profile.py::test_no_link_on_disk_leads_to_what_is_private",
            "sources/test_pull_request.py::test_a_link_is_not_followed_wherever_it_stands",
            "steps/test_render.py::test_links_among_the_runs_are_not_followed",
        ),
    ),
    Threat(
        "T14",
        "A file that grows when it is opened",
        "A picture or an archive of a few bytes fills memory.",
        "Sizes of pictures are read from their heads, archives of strangers are not unpacked by us, and files of a pull"
        " request are bounded one by one and together.",
        (
            "sources/test_pull_request.py::test_a_file_that_is_too_large_is_left_out",
            "sources/test_pull_request.py::test_files_that_are_too_large_together_are_refused",
            "execution/test_sandbox.py::test_who_fills_memory_is_ended",
        ),
        "Word files are not read yet.",
    ),
    Threat(
        "T15",
        "A Word file reaches out",
        "Macros, entities and relations to other servers.",
        "Word files are skipped, and the report says so.",
        ("sources/test_shelves.py::test_what_looks_like_a_source_and_is_none_is_skipped_with_the_reason",),
        "Open until Word files are read.",
    ),
    Threat(
        "T16",
        "Front matter that explodes",
        "Aliases, tags and depth make a few lines into gigabytes.",
        "Aliases and tags are refused, depth and size are bounded.",
        ("test_yaml_text.py::test_an_alias_bomb_is_refused", "test_yaml_text.py::test_no_depth_ends_the_process"),
    ),
    Threat(
        "T17",
        "A notebook that is broken on purpose",
        "Depth, numbers and characters that end the reader.",
        "A notebook is read or refused in one line.",
        (
            "formats/test_notebook_mutations.py::test_no_mutated_notebook_raises_anything_but_a_refusal",
            "formats/test_notebook_mutations.py::test_no_broken_bytes_raise_anything_but_a_refusal",
        ),
    ),
    Threat(
        "T18",
        "A flood of output",
        "A cell that prints for ever fills the disk.",
        "Output is bounded by cell and notebook, and the kernel is ended.",
        (
            "execution/test_output_limits.py::test_more_bytes_than_a_cell_may_keep_are_a_flood",
            "execution/test_sandbox.py::test_who_fills_the_disk_fills_a_bounded_place",
            "execution/test_sandbox.py::test_a_flood_of_words_is_cut_and_does_not_stop_it",
        ),
    ),
    Threat(
        "T19",
        "A secret stands in an output",
        "The author prints a key, and the page shows it.",
        "Kernels see a short list of variables. What ran, and every page, is searched for the values of the build's "
        "secrets in many disguises and for shapes of keys; a find fails the build.",
        (
            "formats/test_secrets.py::test_a_value_of_the_environment_is_found_in_every_disguise",
            "execution/test_run_leaks.py::test_a_secret_is_found_in_every_form",
            "steps/test_build.py::test_a_secret_in_a_page_fails_and_neither_page_nor_log_nor_summary_shows_it",
            "steps/test_refresh.py::test_a_secret_in_what_ran_is_1_and_is_shown_nowhere",
            "steps/test_fetch_runs.py::test_a_secret_in_a_run_is_told_of_and_not_told",
            "workflows/test_experiment_reading.py::test_a_run_that_holds_the_key_is_not_shown",
        ),
        "An author who hides a secret on purpose is not stopped; that is why strangers get none.",
    ),
    Threat(
        "T20",
        "A build asks a server that a stranger names",
        "An embed or an image makes the build fetch something.",
        "A build opens no connection. What a stranger's notebook tries in the sandbox reaches nothing.",
        (
            "execution/test_sandbox.py::test_there_is_no_network_not_even_to_this_machine",
            "markup/test_embeds.py::test_a_tweet_is_a_link_and_asks_nobody",
        ),
        "Pictures at other addresses that a page names are asked for by the reader's browser, as anywhere.",
    ),
    Threat(
        "T21",
        "Requirements of a pull request are installed",
        "A package that a stranger names runs code when it is installed.",
        "What is installed is the default branch's lock, hashes checked. Requirements of a pull request are left out.",
        ("sources/test_pull_request.py::test_what_decides_is_the_default_branchs",),
        "A notebook that needs a new package cannot run in a preview, and shows its saved outputs.",
    ),
    Threat(
        "T22",
        "Templates, settings or modules of a pull request",
        "A template or a Python file of a stranger runs where pages are made.",
        "From a pull request come posts, pages, notebooks and the files they name. All else is the default branch's.",
        (
            "sources/test_pull_request.py::test_what_decides_is_the_default_branchs",
            "steps/test_render.py::test_code_and_rules_of_the_pull_request_are_not_used",
            "test_strict_profile.py::test_a_strangers_templates_are_not_read",
        ),
    ),
    Threat(
        "T23",
        "Git runs something",
        "Hooks, filters, submodules and large-file helpers of a pull request.",
        "Checkouts have no submodules and no LFS, and git is called without hooks and filters.",
        (
            "sources/test_pull_request.py::test_hooks_and_filters_of_the_pull_request_start_nothing",
            "github/test_git.py::test_hooks_and_settings_of_the_machine_have_no_say",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
        ),
    ),
    Threat(
        "T24",
        "An action becomes another",
        "A tag is moved to a thief's commit.",
        "Actions are GitHub's own, at full commits, one commit each. New ones are proposed when they are a week old.",
        (
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_linters.py::test_zizmor_finds_nothing",
        ),
        "Whether a commit belongs to the action's own repository can only be asked on the network.",
    ),
    Threat(
        "T25",
        "A token that may too much",
        "A job that is taken over writes what it never needed to.",
        "Nothing at the top; each job has listed rights, each with its reason. The tests' GitHub refuses all others.",
        (
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
            "workflows/test_runner.py::test_a_job_has_the_scopes_that_it_names",
            "workflows/test_fake_github.py::test_a_route_answers_who_has_its_scope_and_nobody_else",
        ),
    ),
    Threat(
        "T26",
        "A preview writes the blog",
        "The job that publishes previews changes production, or another preview.",
        "A preview may change what is below its own folder, and the blog all else; the difference is looked at before "
        "it is pushed.",
        (
            "github/test_pages.py::test_a_preview_changes_no_path_but_its_own",
            "github/test_pages.py::test_a_site_changes_no_path_below_previews",
            "github/test_branch.py::test_a_change_of_somebody_elses_path_is_found_before_it_is_pushed",
            "github/test_interleaved_writers.py::test_writers_lose_nothing_of_each_other_however_they_are_interleaved",
        ),
    ),
    Threat(
        "T27",
        "An older build overwrites a newer one",
        "Two builds end in the wrong order.",
        "What is published records its commit and moment; an older one is superseded. Writers wait for each other, and "
        "push only onto what they have seen.",
        (
            "github/test_pages.py::test_an_older_build_is_superseded",
            "github/test_pages.py::test_an_older_preview_does_not_replace_a_newer_one",
            "workflows/test_scenarios.py::test_an_older_build_that_comes_late_leaves_the_newer_site",
        ),
    ),
    Threat(
        "T28",
        "A runner of one's own",
        "A machine that is not thrown away keeps what a stranger left there.",
        "Every job names GitHub's runner, and the help says not to change that.",
        ("workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",),
    ),
    Threat(
        "T29",
        "Minutes are wasted",
        "Many comments and pushes, or a notebook that never ends.",
        "Only who may write starts a preview; a newer push ends an older build; every job and sandbox has an end.",
        (
            "execution/test_sandbox.py::test_it_is_ended_when_its_time_is_over",
            "execution/test_sandbox.py::test_a_fork_bomb_meets_its_bound",
            "workflows/test_policy.py::test_a_bad_edit_is_named_with_rule_and_line",
        ),
        "A stranger's comment that begins with the command starts the gate, for seconds, and closing a pull request "
        "the removal of its preview, among those who wait to publish. A pull request's own copy of a workflow may name "
        "any concurrency group, and so end or hold up what publishes: have workflows of all outside contributors "
        "approved.",
    ),
    Threat(
        "T30",
        "A stranger speaks in our name",
        "Names and errors in our comments, issues and summaries become mentions, links or pictures.",
        "Text from outside is made harmless by one room, cut, and links are made of parts that were checked.",
        (
            "github/test_said.py::test_nothing_from_outside_comes_alive",
            "steps/test_publish_preview.py::test_nothing_in_a_report_comes_alive_in_the_comment",
            "steps/test_report_refresh.py::test_names_and_errors_of_notebooks_are_inert_in_the_issue",
            "steps/test_gate.py::test_a_marker_that_somebody_pasted_makes_no_comment_ours",
            "steps/test_report_experiment.py::test_nothing_in_a_run_comes_alive_in_the_comment",
            "workflows/test_experiment_reading.py::test_names_of_runs_are_inert_and_nobody_elses_comment_is_ours",
        ),
    ),
    Threat(
        "T31",
        "What is promised is no longer so",
        "A page speaks of rights that a job no longer has.",
        "The page of rights is made of the workflow files, and this one of a list whose tests must exist.",
        (
            "docs/test_generated_pages.py::test_a_generated_page_is_as_it_would_be_made_now",
            "workflows/test_threat_model.py::test_every_proof_exists",
        ),
    ),
    *OF_EXPERIMENTS,
)
