"""settings/read: _config.yml as frozen values."""

import pytest

from generator.location import Location
from generator.settings.read import read_settings
from generator.settings.values import Address, Feed, Settings, derive_address


def test_no_file_is_a_new_site_with_every_default() -> None:
    assert read_settings(None) == (Settings(), ())
    assert not Settings().is_old_blog


def test_a_file_without_permalink_is_an_old_blog() -> None:
    settings, problems = read_settings("title: x\n")
    assert settings is not None
    assert (settings.title, settings.is_old_blog, problems) == ("x", True, ())


def test_a_file_with_permalink_is_a_new_site() -> None:
    settings, _ = read_settings("permalink: /posts/:title/\n")
    assert settings is not None
    assert not settings.is_old_blog


def test_an_empty_value_is_the_default() -> None:
    settings, problems = read_settings("use_math:\npaginate:\ngoogle_analytics:\n")
    assert settings is not None
    assert (settings.use_math, settings.paginate, settings.google_analytics, problems) == (None, 15, None, ())


def test_repeated_exclude_lists_are_joined() -> None:
    settings, _ = read_settings("exclude: [a]\nexclude:\n  - b\n")
    assert settings is not None
    assert settings.exclude == ("a", "b")


def test_nested_values_are_typed() -> None:
    settings, _ = read_settings("feed: {posts_limit: 5, excerpt_only: true}\n")
    assert settings is not None
    assert settings.feed == Feed(posts_limit=5, excerpt_only=True)


def test_every_wrong_value_is_reported_with_line_and_column() -> None:
    settings, problems = read_settings("title: x\npaginate: many\nminima:\n  date_format: [1]\n")
    assert settings is None
    assert {str(problem.at) for problem in problems} == {"_config.yml:2:1", "_config.yml:4:3"}


@pytest.mark.parametrize(
    ("text", "said", "mend"),
    [
        ("paginate: many", "`paginate: many` is not a whole number", "write one, such as 15"),
        ("paginate: 1.5", "`paginate: 1.5` is not a whole number", "write one, such as 15"),
        ("future: maybe", "`future: maybe` is neither true nor false", "write `true` or `false`"),
        ("show_tags: [true]", "`show_tags: [true]` is neither true nor false", "write `true` or `false`"),
        ("lang: 5", "`lang: 5` is not text", "put quotes around it, or write text"),
        ("title: {a: b}", '`title: {"a": "b"}` is not text', "put quotes around it, or write text"),
        (
            "default_badges: yes",
            "`default_badges: true` is not a list of settings of its own",
            "write `key: value` lines below it, each set in by two spaces",
        ),
        ("defaults: 5", "`defaults.0: 5` is not a list of settings of its own", None),
        (
            "minima: x",
            "`minima: x` is not a list of settings of its own",
            "write `key: value` lines below it, each set in by two spaces",
        ),
    ],
)
def test_a_wrong_value_is_said_in_the_words_of_the_file(text: str, said: str, mend: str | None) -> None:
    settings, (problem,) = read_settings(text)
    assert settings is None
    assert (problem.problem, problem.mend if mend else None) == (said, mend)


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org"])
def test_an_address_without_its_scheme_is_a_warning(url: str) -> None:
    settings, problems = read_settings(f"title: x\nurl: {url}\n")
    assert settings is not None
    assert [(str(one.at), one.problem, one.mend) for one in problems] == [
        ("_config.yml:2:1", f"`url: {url}` is not the address of a site", "write it as https://example.org")
    ]


@pytest.mark.parametrize(
    ("key", "address", "why"),
    [
        ("base_url", "javascript:alert(1)", "is not the address of a server"),
        ("base_url", "api.wandb.ai", "is not the address of a server"),
        ("tracking_url", "https://ada:secret@mlflow.example.org", "holds a name or password"),
        ("tracking_url", "https://[::1", "is not the address of a server"),
        ("tracking_url", "https://mlflow.example.org/?key=1", "is not the address of a server"),
    ],
)
def test_an_address_that_keys_would_travel_to_is_checked_and_not_repeated(key: str, address: str, why: str) -> None:
    settings, problems = read_settings(f"title: x\nexperiments:\n  {key}: {address}\n")
    assert settings is None
    assert [(str(one.at), one.problem) for one in problems] == [("_config.yml:3:3", f"`experiments.{key}` {why}")]
    assert "secret" not in str(problems)


def test_names_in_one_string_are_a_list_of_names() -> None:
    settings, problems = read_settings(
        "experiments: {baseline_tags: best, metrics: 'acc:max, loss:min', config: [lr]}\nexecution: {env: 'A, B'}\n"
    )
    assert settings is not None
    assert problems == ()
    found = settings.experiments
    assert (found.baseline_tags, found.metrics, found.config) == (("best",), ("acc:max", "loss:min"), ("lr",))
    assert settings.execution.env == ("A", "B")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("experiments: {source: wandbb}", "write `wandb` or `mlflow`"),
        ("execution: {on_error: kepe}", "write `fail`, `show` or `keep`"),
    ],
)
def test_a_word_that_is_none_of_a_few_is_told_which_they_are(text: str, mend: str) -> None:
    settings, problems = read_settings(text)
    assert settings is None
    assert [one.mend for one in problems] == [mend]


def test_a_key_within_two_letters_of_a_known_one_is_named() -> None:
    _, problems = read_settings("titel: x\nwhatever_else: 1\n")
    assert [(p.problem, p.mend, p.at) for p in problems] == [
        ("unknown setting `titel`", "write `title`", Location("_config.yml", line=1, column=1))
    ]


def test_a_config_that_is_not_yaml_is_refused_with_its_line() -> None:
    settings, problems = read_settings("title: [x\n")
    assert settings is None
    assert str(problems[0].at).startswith("_config.yml:")


def test_a_config_that_is_a_list_is_refused() -> None:
    assert read_settings("- a\n")[0] is None


def test_addresses_come_from_settings_then_cname_then_the_repository() -> None:
    written = Settings(url="https://a.org/", baseurl="blog/")
    assert derive_address(written, repository="ada/notes", cname="b.org") == Address(
        "https://a.org", "/blog", "ada", "notes"
    )
    assert derive_address(Settings(), repository="ada/notes", cname="b.org") == Address(
        "https://b.org", "", "ada", "notes"
    )
    assert derive_address(Settings(), repository="Ada/notes", cname="").url == "https://ada.github.io"
    assert derive_address(Settings(), repository="", cname="") == Address()


def test_a_value_that_must_be_converted_is() -> None:
    settings, problems = read_settings('paginate: "7"\nshow_tags: "yes"\n')
    assert settings is not None
    assert (settings.paginate, settings.show_tags, problems) == (7, True, ())


PLAIN = """\
title: A
url: https://a.example
permalink: /posts/:title/
paginate: 3
future: true
use_math:
exclude: [a, b]
default_badges: {github: false, colab: true}
minima:
  date_format: "%Y"
  social_links: {github: ada}
defaults:
  - scope: {path: _posts, type: posts}
    values: {toc: true, n: 3}
"""


def test_plain_values_are_taken_as_the_library_would_take_them() -> None:
    from generator.location import Location
    from generator.settings.plain import plain
    from generator.settings.read import _cleaned, explained
    from generator.yaml_text import load

    parsed = load(PLAIN, at=Location("_config.yml", line=1))
    cleaned = _cleaned(parsed)
    assert (plain(Settings, cleaned), ()) == explained(cleaned, parsed)


def test_plain_settings_need_no_library() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from generator.settings.read import read_settings\n"
        f"assert read_settings({PLAIN!r})[0] is not None\nprint('pydantic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
