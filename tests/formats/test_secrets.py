"""What is a secret, what only looks like one, and home paths."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.formats.notebook import parse
from generator.formats.secrets import Leak, LeakFinder, find_leaks, hide_home_paths
from generator.model.notebook import Display, Failure, Output, Stream
from generator.model.problem import Severity
from tests.corpora import notebooks

_MIXED = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5kL7nP9rS2tU4vX6zA8cD0eG2iJ4kM6oQ8"

# Written in two halves, so that no scanner of this repository takes them for keys.
_KEYS = {
    "aws-key": "AKIA" + "IOSFODNN7ABCDEFG",
    "aws-secret-key": "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzR4tQ9sLmK",
    "github-token": "ghp_" + _MIXED[:36],
    "gitlab-token": "glpat-" + _MIXED[:20],
    "slack-token": "xoxb-" + "123456789012-1234567890123-" + _MIXED[:24],
    "slack-webhook": "https://hooks.slack.com/services/" + "T01ABCDEF/B02ABCDEF/" + _MIXED[:24],
    "google-key": "AIza" + _MIXED[:35],
    "anthropic-key": "sk-ant-" + "api03-" + _MIXED[:60],
    "openai-key": "sk-" + _MIXED[:48],
    "hugging-face-token": "hf_" + _MIXED[:34],
    "npm-token": "npm_" + _MIXED[:36],
    "pypi-token": "pypi-" + "AgEIcHlwaS5vcmc" + _MIXED[:60],
    "stripe-key": "sk_live_" + _MIXED[:24],
    "sendgrid-key": "SG." + _MIXED[:22] + "." + _MIXED[:43],
    "twilio-key": "SK" + "0123456789abcdef" * 2,
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiI5OTkiLCJuYW1lIjoiQSJ9." + _MIXED[:43],
    "private-key": "-----BEGIN RSA PRIVATE KEY-----\n" + _MIXED + "\n",
    "azure-key": "AccountKey=" + (_MIXED * 2)[:86] + "==",
    "wandb-key": "WANDB_API_KEY=" + "0123456789abcdef0123456789abcdef01234567",
    "url-password": "postgres://bob:" + "hunter2x@db.internal/x",
}


def _kinds(text: str) -> list[str]:
    return [leak.kind for leak in find_leaks(text)]


@pytest.mark.parametrize("kind", _KEYS)
@pytest.mark.parametrize("around", ["{}", "key: {}\n", '"{}"', "a={}&b", "x\\n{}\\n", "\x1b[32m{}\x1b[0m", "%3D{}"])
def test_a_key_of_a_known_shape_is_a_leak(kind: str, around: str) -> None:
    text = "é words before. " + around.format(_KEYS[kind])

    (leak,) = find_leaks(text)

    assert (leak.kind, leak.severity) == (kind, Severity.ERROR)
    assert text.index(_KEYS[kind]) <= leak.start < text.index(_KEYS[kind]) + len(_KEYS[kind])


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-<your token>",
        "ghp_" + "x" * 36,
        'openai.api_key = "sk-..."',
        "WANDB_API_KEY=<your key>",
        "hf_your_token_goes_here_and_nowhere_else",
        "class='sk-container-id-1 sk-text-repr-fallback sk-toggleable__label-arrow'",
        "sk-learnhasalongnamewithoutnumbers",
        "https://user:password@example.org/",
        "https://$USER:$TOKEN@host.org",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ.SflKxwRJSMeKKF2QT4fwpMeJf36",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 40).decode(),
        "logo@2x.png vega@5.20.2 @property git@github.com me@example.org a@b noreply@corp.com",
        "127.0.0.1 localhost 10.0.0.0/8 192.168.0.0/16 1.10.1.2.3 version 10.1.2 8.8.8.8 172.32.1.1 10.300.1.1",
    ],
)
def test_an_example_or_an_ordinary_word_is_none(text: str) -> None:
    assert find_leaks(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to ada.l@lovelace.org.", "e-mail"),
        ("listening on 192.168.1.7:80", "private-address"),
        ("ssh 10.1.2.3", "private-address"),
        ("host=(172.20.0.2)", "private-address"),
    ],
)
def test_an_address_warns(text: str, kind: str) -> None:
    (leak,) = find_leaks(text)

    assert (leak.kind, leak.severity) == (kind, Severity.WARNING)


_SECRET = 'p4ss/w+rd "ü" & <x>'


@pytest.mark.parametrize(
    "form",
    [
        _SECRET,
        base64.b64encode(_SECRET.encode()).decode(),
        base64.b64encode(b"a" + _SECRET.encode() + b"b").decode(),
        base64.b64encode(b"ab" + _SECRET.encode()).decode(),
        base64.urlsafe_b64encode(_SECRET.encode()).decode(),
        quote(_SECRET, safe=""),
        json.dumps(_SECRET),
        _SECRET.encode().hex(),
        "p4ss/w+rd &quot;ü&quot; &amp; &lt;x&gt;",
    ],
)
def test_a_value_of_the_environment_is_found_in_every_disguise(form: str) -> None:
    assert find_leaks(f"before {form} after", values=(_SECRET,)) == (
        Leak("environment-value", Severity.ERROR, find_leaks(f"before {form} after", values=(_SECRET,))[0].start),
    )


def test_a_value_too_short_to_be_a_secret_is_not_looked_for() -> None:
    assert find_leaks("abcde", values=("abcde", "", " ")) == ()


def test_a_leak_never_holds_what_was_found() -> None:
    (leak,) = find_leaks("x " + _SECRET, values=(_SECRET,))

    assert _SECRET not in repr(leak)
    assert not any(isinstance(part, str) and len(part) > 20 for part in (leak.kind, repr(leak.severity.value)))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("/home/ada/x.py", "~/x.py"),
        ('File "/Users/ada/a b.py"', 'File "~/a b.py"'),
        ("C:\\Users\\ada\\x\\y.py, z", "~/x/y.py, z"),
        ("'C:\\\\Users\\\\Ada L\\\\x.py'", "'~/x.py'"),
        ("c:/Users/ada/x", "~/x"),
        ("/mnt/c/Users/ada/x", "~/x"),
        ("cwd=/home/ada", "cwd=~"),
        ("\x1b[0;32m/home/ada/x.py\x1b[0m", "\x1b[0;32m~/x.py\x1b[0m"),
        ("file:///home/ada/x", "file://~/x"),
        ('"a\\n/home/ada/x"', '"a\\n~/x"'),
        ("https://a.org/home/about/", "https://a.org/home/about/"),
        ('<a href="/home/about/">', '<a href="/home/about/">'),
        ("/Users/Shared/x /home/ /homes/a", "/Users/Shared/x /home/ /homes/a"),
    ],
)
def test_home_folders_become_a_tilde(text: str, hidden: str) -> None:
    assert hide_home_paths(text) == hidden


def test_the_corpora_hold_no_key() -> None:
    finder = LeakFinder()
    for path in notebooks():
        notebook, _ = parse(path.read_bytes(), path.name)
        for cell in notebook.cells:
            texts = [cell.source, *(text for output in cell.outputs for text in _texts(output))]
            errors = [leak for text in texts for leak in finder.find(text) if leak.severity is Severity.ERROR]
            assert errors == [], f"{path}, cell {cell.number}"


def _texts(output: Output) -> list[str]:
    match output:
        case Stream(_, text):
            return [text]
        case Failure(name, value, traceback):
            return [name, value, *traceback]
        case Display(bundle):
            return [value if isinstance(value, str) else json.dumps(value) for value in bundle.values()]


@given(some.text(max_size=300))
def test_any_text_can_be_searched(text: str) -> None:
    for leak in find_leaks(text, values=(text, "abcdef")):
        assert 0 <= leak.start < len(text)
    hide_home_paths(text)


@given(some.lists(some.sampled_from([*_KEYS.values(), " ", "\n", "é", "@", "a.org", "10.", "/home/"]), max_size=20))
def test_hiding_home_paths_twice_is_hiding_them_once(parts: list[str]) -> None:
    once = hide_home_paths("".join(parts))

    assert hide_home_paths(once) == once


@pytest.mark.parametrize(
    "part",
    [
        "sk-",
        "eyJ",
        "eyJaaaaaaaaaaaa.",
        "a@b.c",
        "@",
        "://a:",
        "/home/a",
        "C:\\Users\\",
        "10.",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
@pytest.mark.timeout(60)
def test_no_text_makes_the_search_go_on_for_ever(part: str) -> None:
    text = part * (200_000 // len(part))

    find_leaks(text, values=("abcdefghi12",))

    assert isinstance(hide_home_paths(text), str)


def test_many_addresses_hide_no_key() -> None:
    text = "".join(f"ada{number}@lovelace.org 10.0.1.{number} " for number in range(1, 200)) + _KEYS["aws-key"]

    found = find_leaks(text)

    assert (len(found), found[-1].kind) == (100, "aws-key")
