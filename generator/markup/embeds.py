"""What an author shows from elsewhere: YouTube, tweets, videos, gists. The seam every embed goes through."""

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

from generator.model.embed import Embed, EmbedFragment, EmbedFunction
from generator.model.reading import Companions

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_YOUTUBE_HOSTS = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"})
_YOUTUBE_FOLDERS = frozenset({"embed", "shorts", "live", "v", "e"})
_PLAYLIST = re.compile(r"[A-Za-z0-9_-]{10,60}")
_CLOCK = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")
_TWEET = re.compile(r"/([A-Za-z0-9_]{1,20})/status(?:es)?/(\d{1,25})")
_TWEET_HOSTS = frozenset({"twitter.com", "mobile.twitter.com", "x.com"})
_VIDEO_FILE = re.compile(r"\.(mp4|webm|ogv|mov|m4v)(?:[?#]|$)", re.IGNORECASE)
_VIMEO = re.compile(r"/(?:video/)?(\d{4,12})")
_GIST = re.compile(r"(?:https?://gist\.github\.com/)?((?:[\w-]{1,40}/)?[0-9a-f]{5,40})(?:\.js)?")


def built_in_embeds() -> Mapping[str, EmbedFunction]:
    """Ours, by the word that calls them."""
    return MappingProxyType({"youtube": youtube, "twitter": tweet, "video": video, "gist": gist})


def _host(url: str) -> tuple[str, str, str]:
    """Host without www, path and query of a URL; empty where it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        return (parts.hostname or "").removeprefix("www."), parts.path, parts.query or ""
    except ValueError:
        return "", "", ""


def youtube_video(url: str) -> tuple[str, int] | None:
    """Id and start in seconds of any URL YouTube gives out for a video, or of a bare id.

    >>> youtube_video("https://youtu.be/XfoYk_Z5AkI?t=1m2s")
    ('XfoYk_Z5AkI', 62)
    """
    if _YOUTUBE_ID.fullmatch(url):
        return url, 0
    host, path, query = _host(url)
    said = {key: values[-1] for key, values in parse_qs(query).items()}
    segments = [segment for segment in path.split("/") if segment]
    video_id = ""
    if host == "youtu.be" and segments:
        video_id = segments[0]
    elif host in _YOUTUBE_HOSTS:
        video_id = said.get("v", "")
        if not video_id and len(segments) > 1 and segments[0] in _YOUTUBE_FOLDERS:
            video_id = segments[1]
    if not _YOUTUBE_ID.fullmatch(video_id):
        return None
    clock = _CLOCK.fullmatch(said.get("start") or said.get("t") or "")
    hours, minutes, seconds = (int(group or 0) for group in clock.groups()) if clock else (0, 0, 0)
    return video_id, hours * 3600 + minutes * 60 + seconds


def is_youtube(url: str) -> bool:
    """Whether a bare URL on its own line is a video to show."""
    return url.startswith(("https://", "http://")) and " " not in url and youtube_video(url) is not None


def youtube(embed: Embed, companions: Companions) -> EmbedFragment | None:  # noqa: ARG001
    """A player that sets no cookies before it is started, with a link beside it."""
    found = youtube_video(embed.target)
    if found is None:
        return None
    video_id, start = found
    title = embed.options.get("title") or "YouTube video"
    player = f"https://www.youtube-nocookie.com/embed/{video_id}" + (f"?start={start}" if start else "")
    watch = f"https://www.youtube.com/watch?v={video_id}" + (f"&t={start}s" if start else "")
    html = (
        f'<div class="embed embed-youtube"><iframe src="{escape(player)}" title="{escape(title)}" width="560" '
        'height="315" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" '
        'allow="encrypted-media; picture-in-picture; fullscreen"></iframe>\n'
        f'<p class="embed-link"><a href="{escape(watch)}">{escape(title)} on youtube.com</a></p></div>'
    )
    return EmbedFragment(html, hosts=("www.youtube-nocookie.com",))


def tweet(embed: Embed, companions: Companions) -> EmbedFragment | None:  # noqa: ARG001
    """A quotation that names who wrote it and links to it: a build asks no other host for the words."""
    host, path, _ = _host(embed.target)
    match = _TWEET.match(path)
    if host not in _TWEET_HOSTS or match is None:
        return None
    url = f"https://twitter.com/{match[1]}/status/{match[2]}"
    return EmbedFragment(
        f'<blockquote class="embed embed-tweet" cite="{url}"><p>A post by @{match[1]}: '
        f'<a href="{url}">twitter.com/{match[1]}/status/{match[2]}</a></p></blockquote>'
    )


def video(embed: Embed, companions: Companions) -> EmbedFragment | None:
    """A video file of the blog or of the web, or one of a platform."""
    if is_youtube(embed.target):
        return youtube(embed, companions)
    title = escape(embed.options.get("title") or embed.options.get("caption") or "Video")
    host, path, _ = _host(embed.target)
    vimeo = _VIMEO.match(path) if host in ("vimeo.com", "player.vimeo.com") else None
    if vimeo:
        html = (
            f'<div class="embed embed-vimeo"><iframe src="https://player.vimeo.com/video/{vimeo[1]}?dnt=1" '
            f'title="{title}" width="560" height="315" loading="lazy" allowfullscreen></iframe>\n'
            f'<p class="embed-link"><a href="https://vimeo.com/{vimeo[1]}">{title} on vimeo.com</a></p></div>'
        )
        return EmbedFragment(html, hosts=("player.vimeo.com",))
    if not _VIDEO_FILE.search(embed.target):
        return None
    source = escape(embed.target)
    html = (
        f'<div class="embed embed-video"><video src="{source}" aria-label="{title}" controls playsinline '
        f'preload="metadata"><a href="{source}">{title}</a></video></div>'
    )
    remote = "://" in embed.target and bool(host)
    return EmbedFragment(html, hosts=(urlsplit(embed.target).hostname or host,) if remote else ())


def gist(embed: Embed, companions: Companions) -> EmbedFragment | None:  # noqa: ARG001
    """A link: what GitHub offers to embed is a script that writes into the page while it loads."""
    match = _GIST.match(embed.target)
    if match is None:
        return None
    name = embed.options.get("file", "")
    url = f"https://gist.github.com/{match[1]}"
    label = escape(f"gist.github.com/{match[1]}" + (f" ({name})" if name else ""))
    return EmbedFragment(f'<p class="embed embed-gist"><a href="{url}">{label}</a></p>')
