"""Who asks for a notebook to be run; imports nothing heavy."""

from dataclasses import replace

from generator.model.front_matter import ErrorPolicy, ExecutionWishes
from generator.model.plan import SourcePlan
from generator.model.problem import Severity
from generator.model.request import ExecuteWhen
from generator.settings.values import ExecutionDefaults


def policy_of(wishes: ExecutionWishes, defaults: ExecutionDefaults) -> ErrorPolicy:
    """What becomes of a failure; who runs by a schedule keeps the last good outputs unless the author says else."""
    return wishes.on_error or (ErrorPolicy.KEEP if wishes.refresh else ErrorPolicy(defaults.on_error))


def is_wrong(plan: SourcePlan) -> bool:
    """Whether its first reading found an error."""
    return any(problem.severity is Severity.ERROR for problem in plan.problems)


def declares(plan: SourcePlan, *, by_default: bool) -> bool:
    """Whether front matter or the site asks for the notebook to be run; all its editions say the same."""
    asked = plan.editions[0].wishes.execute if plan.editions else False
    return plan.runs_code and (by_default if asked is None else asked)


def may_run(plan: SourcePlan, when: ExecuteWhen, *, by_default: bool, has_history: bool) -> bool:
    """Whether the notebook's outputs are execution's affair in this build; contracts.md, "Flags".

    Args:
        by_default: notebooks that do not say ask to be run.
        has_history: a run of it is known.
    """
    if not plan.runs_code or not plan.editions or plan.editions[0].wishes.execute is False:
        return False
    if declares(plan, by_default=by_default):
        return True
    match when:
        case ExecuteWhen.MISSING:
            return not plan.has_outputs
        case ExecuteWhen.STALE:
            return has_history
        case ExecuteWhen.ALWAYS:
            return True
        case ExecuteWhen.NEVER | ExecuteWhen.DECLARED:
            return False


def asking(plan: SourcePlan) -> SourcePlan:
    """The plan of a notebook that a command names: that is asking, unless its front matter forbids it."""
    return replace(
        plan,
        editions=tuple(
            replace(one, wishes=replace(one.wishes, execute=True)) if one.wishes.execute is None else one
            for one in plan.editions
        ),
    )
