"""Each real blog is built once for all tests."""

import json
from datetime import UTC, datetime

import pytest

from generator.model.request import BuildRequest
from generator.pipeline import build
from tests.corpora import corpora
from tests.real_blogs.blogs import BLOGS, Blog


@pytest.fixture(scope="session", params=BLOGS)
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Blog:
    source = corpora() / request.param
    work = tmp_path_factory.mktemp("blog")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    report = build(BuildRequest(source, work / "_site", work / "store", now))
    published = json.loads((source / "PUBLISHED.json").read_text(encoding="utf-8"))
    return Blog(request.param, source, work / "_site", report, published["pages"], published["other_files"])
