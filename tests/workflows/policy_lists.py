"""What the policy holds workflows to, job by job: rights, conditions, groups."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

# Scopes that a kind of job may ever have; contracts.md, "Four kinds of job".
READ = frozenset({("contents", "read")})
MAY = MappingProxyType({"U": READ, "R": READ, "W": READ})
P_SCOPES = frozenset(
    {"contents", "pull-requests", "issues", "actions", "deployments", "pages", "id-token", "attestations"}
)

# What each job of kind P has, exactly.
_SERVES = MappingProxyType({"contents": "read", "pages": "write", "id-token": "write"})
_PUBLISHES = MappingProxyType({"contents": "write"})
_PREVIEWS = MappingProxyType({"contents": "write", "pull-requests": "write"})
_OFFERS = MappingProxyType({"contents": "write", "pull-requests": "write", "issues": "write"})
_COMMENTS = MappingProxyType({"contents": "read", "pull-requests": "write"})
_STARTS = MappingProxyType({**_COMMENTS, "actions": "write"})
RIGHTS: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        ("site.yml", "publish"): _PUBLISHES,
        ("refresh.yml", "keep"): _PUBLISHES,
        ("refresh.yml", "publish"): _PUBLISHES,
        ("refresh.yml", "report"): {"contents": "read", "issues": "write", "actions": "write"},
        ("pr.yml", "publish"): _PREVIEWS,
        ("preview.yml", "gate"): _COMMENTS,
        ("preview.yml", "publish"): _PREVIEWS,
        ("preview.yml", "look"): {"contents": "read", "pull-requests": "read"},
        ("preview.yml", "clean"): _PREVIEWS,
        ("experiments.yml", "gate"): _COMMENTS,
        ("experiments.yml", "report"): _COMMENTS,
        ("experiments.yml", "test"): _STARTS,
        ("experiments.yml", "deploy"): {**_STARTS, "deployments": "write"},
        ("setup.yml", "look"): {"contents": "read"},
        ("setup.yml", "setup"): {**_OFFERS, "pages": "read"},
        ("upgrade.yml", "upgrade"): _OFFERS,
        ("release.yml", "release"): {"contents": "write", "id-token": "write", "attestations": "write"},
        ("serve.yml", "deploy"): _SERVES,
        **{(name, "serve"): _SERVES for name in ("site.yml", "refresh.yml", "pr.yml", "preview.yml")},
    }
)
ENVIRONMENTS = MappingProxyType({"W": ("notebooks",), "P": ("preview", "github-pages"), "U": (), "R": ()})
# None that runs what stands in the workflow, as github-script would.
ACTIONS = frozenset(
    f"actions/{name}"
    for name in """attest-build-provenance cache cache/restore cache/save checkout deploy-pages download-artifact
    upload-artifact upload-pages-artifact""".split()
)
SECRETS = ("NOTEBOOK_SECRETS", "WANDB_API_KEY")

# The one job of kind W that checks a pull request out: the gate has proved that its commit is this repository's own.
RUNS_A_BRANCH = ("experiments.yml", "run")

_OF_PULL = "${{ needs.gate.outputs.pr }}"
# A step that writes, and the group of those who wait for each other.
WRITER_OF = MappingProxyType(
    {
        "publish": "gh-pages-writer",
        "publish-preview": "gh-pages-writer",
        "clean-previews": "gh-pages-writer",
        "keep-runs": "inkmill-runs-writer",
        "report-refresh": "refresh-report",
        "gate-experiment": "experiments-gate-${{ github.event.issue.number }}${{ github.event.inputs.pr }}",
        "report-experiment": f"experiments-report-{_OF_PULL}-${{{{ needs.gate.outputs.command }}}}",
        "start-test": f"experiments-test-{_OF_PULL}",
        "deploy": "experiments-deploy",
    }
)
STEPS_OF_P = frozenset({*WRITER_OF, "gate", "setup", "upgrade", "release"})

# A tag may have the name of a branch.
_ON_DEFAULT = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
_GO = "needs.gate.outputs.go == 'true'"
_OWN_BLOG = ("!github.event.repository.is_template", "!github.event.repository.fork")
_PERSON_ON_PULL = ("github.event.comment.user.type == 'User'", "github.event.issue.pull_request")
# What the condition of a job must hold, word by word.
CONDITIONS: Mapping[tuple[str, str], Sequence[str]] = MappingProxyType(
    {
        ("ci.yml", "test"): ["github.event.repository.is_template"],
        ("release.yml", "build"): ["github.event.repository.is_template"],
        ("site.yml", "build"): [_ON_DEFAULT],
        ("refresh.yml", "refresh"): [_ON_DEFAULT, "!github.event.repository.fork"],
        ("setup.yml", "look"): _OWN_BLOG,
        ("setup.yml", "setup"): ["needs.look.outputs.pending == 'true'"],
        ("upgrade.yml", "upgrade"): _OWN_BLOG,
        ("pr.yml", "publish"): ["head.repo.full_name == github.repository", "dependabot[bot]", "user.type == 'User'"],
        ("preview.yml", "gate"): _PERSON_ON_PULL,
        ("preview.yml", "execute"): [_GO],
        ("preview.yml", "render"): [_GO],
        ("preview.yml", "publish"): [_GO],
        ("preview.yml", "clean"): ["needs.look.outputs.any == 'true'"],
        ("experiments.yml", "gate"): [*_PERSON_ON_PULL, _ON_DEFAULT],
        ("experiments.yml", "run"): [_GO, "needs.gate.outputs.command == 'run'"],
        ("experiments.yml", "runs"): [_GO],
        ("experiments.yml", "report"): [_GO],
        ("experiments.yml", "test"): [_GO, "needs.gate.outputs.command == 'full-test'"],
        ("experiments.yml", "deploy"): [_GO, "needs.gate.outputs.command == 'deploy'"],
    }
)
