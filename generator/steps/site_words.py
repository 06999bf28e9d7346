"""How steps speak of a published site."""

from datetime import datetime

from generator.github.site_record import SiteRecord


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "file"), counted(1200, "page")
    ('1 file', '1,200 pages')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size_text(record: SiteRecord) -> str:
    """How large a site is."""
    return f"{counted(len(record.files), 'file')}, {counted(len(record.urls), 'page')}"


def moment_text(moment: datetime) -> str:
    """When a site was built."""
    return f"{moment:%Y-%m-%d %H:%M %Z}".strip()
