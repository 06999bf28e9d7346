"""Embeds: what is shown from elsewhere, and what it costs the reader."""

import pytest

from generator.location import Location
from generator.markup.dialect import Dialect
from generator.markup.embeds import built_in_embeds, youtube_video
from generator.model.embed import Embed, EmbedFragment
from generator.model.experiment import AskedRuns, RunQuery, Service
from generator.model.reading import Companions, Trust
from tests.markup.making import NOTEBOOK, POST, html, made, scope_for

_ID = "XfoYk_Z5AkI"


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"https://youtu.be/{_ID}", 0),
        (f"https://youtu.be/{_ID}?t=62", 62),
        (f"https://www.youtube.com/watch?v={_ID}&feature=share&t=1m2s", 62),
        (f"https://youtube.com/watch?list=x&v={_ID}", 0),
        (f"https://www.youtube.com/embed/{_ID}?start=5", 5),
        (f"https://m.youtube.com/shorts/{_ID}", 0),
        (f"https://www.youtube-nocookie.com/embed/{_ID}", 0),
        (f"youtu.be/{_ID}", 0),
        (_ID, 0),
    ],
)
def test_every_form_of_a_youtube_url(url: str, start: int) -> None:
    assert youtube_video(url) == (_ID, start)


@pytest.mark.parametrize(
    "url", ["https://vimeo.com/1", "https://youtu.be/", "https://www.youtube.com/@a", "javascript:1", "//["]
)
def test_what_is_no_video_of_youtube(url: str) -> None:
    assert youtube_video(url) is None


_PLAYER = (
    f'<div class="embed embed-youtube"><iframe src="https://www.youtube-nocookie.com/embed/{_ID}" '
    'title="YouTube video" width="560" height="315" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" '
    'allow="encrypted-media; picture-in-picture; fullscreen"></iframe>\n'
    f'<p class="embed-link"><a href="https://www.youtube.com/watch?v={_ID}">YouTube video on youtube.com</a></p></div>'
)


@pytest.mark.parametrize(
    "text",
    [
        f"> youtube: https://youtu.be/{_ID}",
        f">youtube: <https://youtu.be/{_ID}>",
        f"> YouTube: [a](https://youtu.be/{_ID})",
        f"https://youtu.be/{_ID}",
        f"{{{{< video https://youtu.be/{_ID} >}}}}",
        f"> video: https://youtu.be/{_ID}",
    ],
)
def test_a_youtube_video_in_every_spelling(text: str) -> None:
    result = made(text)

    assert result.html == _PLAYER
    assert result.scope.hosts == {"www.youtube-nocookie.com"}


def test_a_video_within_a_sentence_is_a_link() -> None:
    assert "<iframe" not in html(f"See https://youtu.be/{_ID} now")


def test_text_below_an_embed_stays() -> None:
    assert html(f"> youtube: https://youtu.be/{_ID}\ntext") == f"{_PLAYER}\n<p>text</p>"


def test_a_tweet_is_a_link_and_asks_nobody() -> None:
    result = made("> twitter: https://twitter.com/jakevdp/status/1204765621767901185?s=20")

    assert result.html == (
        '<blockquote class="embed embed-tweet" cite="https://twitter.com/jakevdp/status/1204765621767901185">'
        '<p>A post by @jakevdp: <a href="https://twitter.com/jakevdp/status/1204765621767901185">'
        "twitter.com/jakevdp/status/1204765621767901185</a></p></blockquote>"
    )
    assert result.scope.hosts == set()


def test_an_embed_nobody_can_show_stays_a_quote() -> None:
    assert html("> youtube: nothing here") == "<blockquote>\n<p>youtube: nothing here</p>\n</blockquote>"
    assert "<blockquote>" in html("> twitter: https://x.org/")


def test_the_strict_profile_keeps_the_link_alone() -> None:
    result = made(f"> youtube: https://youtu.be/{_ID}", trust=Trust.STRICT)

    assert "<iframe" not in result.html
    assert f"https://www.youtube.com/watch?v={_ID}" in result.html
    assert result.scope.hosts == set()


def test_a_video_file_of_the_repository_is_a_reference() -> None:
    result = made("{{< video images/a.mp4 >}}")

    assert '<video src="file:_notebooks/images/a.mp4"' in result.html
    assert result.refs[0] == ("file", "_notebooks/images/a.mp4", "")


def test_an_unknown_shortcode_stays_and_is_told() -> None:
    result = made("a {{< nothing x >}}")

    assert result.html == "<p>a {{&lt; nothing x &gt;}}</p>"
    assert result.kinds == ["unknown-shortcode"]


def test_every_embed_gives_up_quietly_on_nonsense() -> None:
    for name, function in built_in_embeds().items():
        assert function(Embed(name, "::::"), lambda path: None) is None


def calls(text: str, source: str = NOTEBOOK) -> tuple[list[Embed], str]:
    """What reaches the embed of runs, and what the text becomes."""
    met: list[Embed] = []

    def runs(embed: Embed, companions: Companions) -> EmbedFragment:
        met.append(embed)
        return EmbedFragment("<p>RUNS</p>", asked_runs=(_ASKED,))

    dialect = Dialect({**built_in_embeds(), "wandb": runs, "leaderboard": runs})
    scope = scope_for(source)
    at = Location(source, line=5) if source == POST else Location(source, cell=2)
    html = dialect.finish(dialect.convert(text, at, scope), scope)
    assert scope.asked_runs == [_ASKED] * len(met)
    return met, html


_RUN = "https://wandb.ai/a/p/runs/x_1_y"
_ASKED = AskedRuns(RunQuery(Service.WANDB, "https://api.wandb.ai", "a/p", run_ids=("x_1_y",)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"> wandb: {_RUN}", 5),
        (f"a\n\n> wandb: <{_RUN}>\nb", 7),
        (f"> WandB: [the run]({_RUN})", 5),
        (f"- a\n\n  > wandb: {_RUN}", 7),
        (f"> a\n> wandb: {_RUN}\n> b", 6),
        (f"> > wandb: {_RUN}", 5),
        (f"```{{wandb}} {_RUN}\n```", 5),
    ],
    ids=["quote", "angles", "link", "list", "within a quote", "two quotes", "directive"],
)
def test_an_address_of_runs_reaches_their_embed_with_its_line(text: str, line: int) -> None:
    met, html = calls(text, POST)

    assert [(one.name, one.target, one.at) for one in met] == [("wandb", _RUN, Location(POST, line=line))]
    assert html.count("<p>RUNS</p>") == 1


def test_options_behind_the_address_are_handed_on() -> None:
    met, _ = calls("> wandb: https://wandb.ai/a/p/reports/T---Vml?accessToken=t&x=1 iframe=true height=640")

    assert (met[0].target, met[0].options) == (
        "https://wandb.ai/a/p/reports/T---Vml?accessToken=t&x=1",
        {"iframe": "true", "height": "640"},
    )


@pytest.mark.parametrize(
    "before", [f"> wandb: {_RUN}", f"[one run]({_RUN})", f"> wandb: {_RUN}2", f"> wandb: {_RUN} a=b"]
)
def test_a_quote_is_told_of_at_its_own_line_where_its_address_stands_before(before: str) -> None:
    met, _ = calls(f"{before}\n\ntext\n\n> wandb: {_RUN} iframe=true", POST)

    assert (met[-1].target, met[-1].at) == (_RUN, Location(POST, line=9))


@pytest.mark.parametrize("text", ["> wandb: is great", f"> wandb: see {_RUN} for it", "> wandb:", "wandb: a:b"])
def test_words_about_wandb_stay_words(text: str) -> None:
    met, html = calls(text)

    assert met == []
    assert "wandb:" in html


@pytest.mark.parametrize(
    ("text", "inside", "line"),
    [
        ("```wandb\nproject: a/p\nsha: x\n```", "project: a/p\nsha: x", 5),
        ("a\n\n- b\n\n  ```wandb\n  sha: x\n  ```", "sha: x", 9),
        ("> ```wandb\n> tags: [a, b]\n> ```", "tags: [a, b]", 5),
        ("~~~leaderboard\nmetric: acc:max\n~~~", "metric: acc:max", 5),
        ("```{wandb}\n:sha: x\n:chart: bars acc\n```", "sha: x\nchart: bars acc", 5),
        ("```{wandb}\n:sha: x\nfilter:\n  config.a: 1\n```", "sha: x\nfilter:\n  config.a: 1", 5),
    ],
    ids=["fence", "list", "quote", "leaderboard", "options", "options and lines"],
)
def test_a_block_about_runs_reaches_its_embed_as_it_was_written(text: str, inside: str, line: int) -> None:
    met, html = calls(text, POST)

    assert [(one.text, one.target, one.at) for one in met] == [(inside, "", Location(POST, line=line))]
    assert "<pre" not in html


@pytest.mark.parametrize("text", ["```youtube\nabc\n```", "```wandb-log\nabc\n```", "```{.wandb}\nabc\n```"])
def test_a_fence_of_any_other_word_is_code(text: str) -> None:
    met, html = calls(text)

    assert met == []
    assert "<pre" in html


def test_a_block_about_runs_is_code_where_nobody_can_show_it() -> None:
    assert "language-wandb" in html("```wandb\nsha: x\n```")
