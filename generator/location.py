"""Where something stands: a file, cell and line an author can jump to."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a source file.

    Args:
        file: posix path relative to the source directory.
        cell: counts from 1; None in files that have no cells.
        line: counts from 1, within the cell when there is one, else within the file.
        execution_count: the number Jupyter shows as ``In [n]``.
        column: counts from 1.
    """

    file: str
    cell: int | None = None
    line: int | None = None
    execution_count: int | None = None
    column: int | None = None

    def at_line(self, line: int) -> "Location":
        """The same place, line lines (counted from 1) into the text that begins here."""
        return replace(self, line=(self.line or 1) + line - 1)

    def __str__(self) -> str:
        """A form that terminals and editors can jump to.

        >>> str(Location("_posts/2021-01-01-hello.md", line=4))
        '_posts/2021-01-01-hello.md:4'
        >>> str(Location("_notebooks/train.ipynb", cell=7, line=2, execution_count=5))
        '_notebooks/train.ipynb, cell 7 (In [5]), line 2'
        """
        if self.cell is None:
            parts = (self.file, self.line, self.column if self.line else None)
            return ":".join(str(part) for part in parts if part is not None)
        count = "" if self.execution_count is None else f" (In [{self.execution_count}])"
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.file}, cell {self.cell}{count}{line}"
