"""How a step says what became of an offer: in its log, its summary and, where nothing else can, as a notice."""

from generator.github.offers import Made, Way
from generator.github.outputs import RunnerFiles, annotation
from generator.github.proposed_branch import BranchState
from generator.steps.result import StepResult


def offered(files: RunnerFiles, made: Made, state: BranchState, *, subject: str, branch: str) -> StepResult:
    """The lines of a step whose offer is made; they never fail it.

    Args:
        subject: begins the sentence, such as ``The setup of this blog``.
    """
    match made.way:
        case Way.NOTHING:
            said = f"{subject} would change nothing."
        case Way.PULL_REQUEST:
            said = f"{subject} is offered as a pull request: {made.url}"
        case Way.ISSUE:
            said = (
                f"{subject} is ready on the branch `{branch}`; an issue says how to open the pull request: {made.url}"
            )
        case Way.SUMMARY:
            said = f"{subject} is ready on the branch `{branch}`. Open the pull request here: {made.url}"
    lines = (said, f"The branch `{branch}` was {state.value}.")
    files.add_summary("\n\n".join(lines))
    notice = (annotation("notice", "", None, said),) if made.way is Way.SUMMARY else ()
    return StepResult((*lines, *notice))
