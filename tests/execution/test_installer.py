"""What an installer says when it fails is told in one line, without secrets."""

import pytest

from generator.execution.installer import last_words, without_credentials

UV_MISSING = """Using Python 3.11.7 environment at: x
error: No solution found when resolving dependencies
  cause: Because nope was not found in the package registry and you require nope==1, we can conclude that
         your requirements are unsatisfiable.
hint: something
"""
UV_OLDER = """  × No solution found when resolving dependencies:
  ╰─▶ Because nope was not found and you require nope,
      your requirements are unsatisfiable.
"""
UV_BUILD = """error: Failed to build `old==1`
  cause: The build backend returned an error
  cause: Call to `build_wheel` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 11, in <module>
         NameError: name 'X' is not defined
hint: more
"""
PIP_MISSING = """Looking in links: /x
ERROR: Could not find a version that satisfies the requirement nope==1 (from versions: none)
ERROR: No matching distribution found for nope==1
[notice] A new release of pip is available
"""
PIP_CONFLICT = """
The conflict is caused by:
    The user requested numpy==1.26.0
To fix this you could try to:
1. loosen the range
ERROR: Cannot install numpy==1.25.0 and numpy==1.26.0 because these versions conflict.
ERROR: ResolutionImpossible: for help visit https://example.org
"""
PIP_BUILD = """  error: subprocess-exited-with-error

  × Preparing metadata (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [28 lines of output]
      Traceback
      ModuleNotFoundError: No module named 'distutils'
      [end of output]

  note: This error originates from a subprocess
error: metadata-generation-failed
"""
PIP_HASHES = """ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated
    six==1.17.0 from https://example.org/six.whl (from -r r.txt (line 1)):
        Expected sha256 00
"""


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (
            UV_MISSING,
            (
                "Because nope was not found in the package registry and you require nope==1, we can conclude that your "
                "requirements are unsatisfiable"
            ),
        ),
        (UV_OLDER, "Because nope was not found and you require nope, your requirements are unsatisfiable"),
        (UV_BUILD, "Failed to build `old==1`: NameError: name 'X' is not defined"),
        (PIP_MISSING, "Could not find a version that satisfies the requirement nope==1 (from versions: none)"),
        (PIP_CONFLICT, "Cannot install numpy==1.25.0 and numpy==1.26.0 because these versions conflict"),
        (
            PIP_BUILD,
            (
                "Preparing metadata (pyproject.toml) did not run successfully: ModuleNotFoundError: No module named "
                "'distutils'"
            ),
        ),
        (PIP_HASHES, "six==1.17.0 is not what its hash in the requirements says"),
        (
            "\x1b[31mError: The virtual environment was not created\x1b[0m\n\n",
            "The virtual environment was not created",
        ),
        ("WARNING: nothing\n", ""),
        ("", ""),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_the_last_words_are_those_that_say_something(output: str, words: str) -> None:
    assert last_words(output) == words


def test_addresses_keep_no_credentials() -> None:
    text = "no answer from https://me:pa%2Fss@example.org/simple/?token=x and git+ssh://git@h/x@v1 (hunter2)"

    assert without_credentials(text, ["hunter2"]) == (
        "no answer from https://…@example.org/simple/?… and git+ssh://…@h/x@v1 (…)"
    )
