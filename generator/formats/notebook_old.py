"""nbformat 2 and 3 in nbformat 4 terms, as nbformat itself upgrades them."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

_MIME_OF_ALIAS: Mapping[str, str] = MappingProxyType(
    {
        "text": "text/plain",
        "html": "text/html",
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpeg": "image/jpeg",
        "latex": "text/latex",
        "json": "application/json",
        "javascript": "application/javascript",
    }
)
_NOT_CONTENT = frozenset({"output_type", "execution_count", "prompt_number", "metadata"})


def upgraded(old: Mapping[str, Any]) -> dict[str, Any]:
    """An nbformat 4 notebook with the cells of all worksheets, in order.

    Shapes that are wrong are handed on as they are: whoever reads nbformat 4 mends them and says so.
    """
    cells = [_cell(cell) for sheet in _list(old.get("worksheets")) for cell in _list(_map(sheet).get("cells"))]
    metadata = dict(_map(old.get("metadata")))
    for gone in ("name", "signature"):
        metadata.pop(gone, None)
    language = _language(cells)
    if language:
        metadata.setdefault("language_info", {"name": language})
    for cell in cells:
        if isinstance(cell, dict):
            cell.pop("language", None)
    return {"metadata": metadata, "cells": cells}


def heading(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A heading cell as the Markdown cell that says the same."""
    level = cell.get("level", 1)
    marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
    source = _joined(cell.get("source", ""))
    words = " ".join(source.splitlines()) if isinstance(source, str) else ""
    kept = {key: value for key, value in cell.items() if key != "level"}
    return {**kept, "cell_type": "markdown", "source": f"{marks} {words}"}


def _cell(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    new = {"metadata": {}, **cell}
    match cell.get("cell_type"):
        case "code":
            if "collapsed" in new:
                new["metadata"] = {**_map(new["metadata"]), "collapsed": new.pop("collapsed")}
            new["source"] = _joined(new.pop("input", ""))
            new["execution_count"] = new.pop("prompt_number", None)
            new["outputs"] = [_output(output) for output in _list(new.get("outputs"))]
        case "heading":
            new = heading(new)
        case "html":
            new |= {"cell_type": "markdown", "source": _joined(new.get("source", ""))}
        case _:
            new["source"] = _joined(new.get("source", ""))
    return new


def _output(output: Any) -> Any:
    if not isinstance(output, dict):
        return output
    match output.get("output_type"):
        case "pyout" | "display_data" as kind:
            bundle = {_mime(key): _joined(value) for key, value in output.items() if key not in _NOT_CONTENT}
            if isinstance(bundle.get("application/json"), str):
                bundle["application/json"] = _parsed(bundle["application/json"])
            metadata = {_mime(key): value for key, value in _map(output.get("metadata")).items()}
            return {
                "output_type": "execute_result" if kind == "pyout" else kind,
                "execution_count": output.get("prompt_number"),
                "data": bundle,
                "metadata": metadata,
            }
        case "pyerr":
            return {**output, "output_type": "error"}
        case "stream":
            return {
                "output_type": "stream",
                "name": output.get("stream", "stdout"),
                "text": _joined(output.get("text", "")),
            }
    return output


def _mime(key: str) -> str:
    return _MIME_OF_ALIAS.get(key, key)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _joined(value: Any) -> Any:
    """Old files were split into lines with or without their line ends; only the first line tells."""
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        return value
    return ("" if value and value[0].endswith(("\n", "\r")) else "\n").join(value)


def _language(cells: Iterable[Any]) -> str:
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            language = cell.get("language", "python")
            return language if isinstance(language, str) else ""
    return ""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
