"""What judges a push: a real hook in each bare repository, told by the server who pushes."""

from pathlib import Path

WRITER_GROUPS = {"refs/heads/gh-pages": "gh-pages-writer", "refs/heads/inkmill-runs": "inkmill-runs-writer"}
"""Branches that a job may write only while it holds the concurrency group: one writer at a time."""

# A workflow file may not be changed with the token of a job: it has no `workflows` permission to be given.
_HOOK = r"""#!/bin/sh
[ -n "$FAKE_IS_JOB" ] || exit 0
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
    case " $FAKE_PROTECTED " in *" $ref "*)
        echo "error: GH006: Protected branch update failed for $ref." >&2
        exit 1 ;;
    esac
    for rule in $FAKE_WRITER_GROUPS; do
        [ "${rule%%=*}" = "$ref" ] || continue
        case " $FAKE_HELD " in *" ${rule#*=} "*) ;; *)
            echo "error: fake: $FAKE_IS_JOB writes $ref without holding the concurrency group ${rule#*=}" >&2
            exit 1 ;;
        esac
    done
    [ "$new" = $zero ] && continue
    tree=$(git rev-parse --verify --quiet "$new:.github/workflows") || continue
    known=$(git for-each-ref --format='%(objectname)' refs/heads | while read -r tip; do
        git rev-parse --verify --quiet "$tip:.github/workflows" || :
    done)
    case "$known" in *"$tree"*) ;; *)
        echo "error: refusing to allow a GitHub App to create or update workflow without \`workflows\` permission" >&2
        exit 1 ;;
    esac
done
exit 0
"""


def install_hook(repository: Path) -> None:
    """Put the hook into a bare repository."""
    hook = repository / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK)
    hook.chmod(0o755)
