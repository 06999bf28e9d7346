"""Posts and pages for tests, and what the reader makes of them."""

from datetime import datetime

from generator.model.executed import Executed
from generator.model.outline import Edition
from generator.model.reading import Companions, Reading, ReadingRules
from generator.model.source import Shelf, SourceFile, SourceKind
from tests.readers.notebook.making import RULES, new_reader, no_files

OLD = ReadingRules(is_old_blog=True)


def read_text(
    text: str | bytes,
    path: str = "_posts/2024-05-06-a.md",
    rules: ReadingRules = RULES,
    companions: Companions = no_files,
    first_commit: datetime | None = None,
) -> Reading:
    """What a build makes of a Markdown or HTML source; its folder is its shelf."""
    folder = path.rpartition("/")[0]
    content = text.encode() if isinstance(text, str) else text
    source = SourceFile(
        path, Shelf(folder.rpartition("/")[2]), folder, SourceKind.MARKDOWN, content, "", first_commit=first_commit
    )
    reader = new_reader()
    return reader.read(Edition(reader.outline(source, rules)), Executed(), companions, rules)
