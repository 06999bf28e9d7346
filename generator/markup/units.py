r"""Numbers and units as siunitx writes them (``\SI{3e8}{\metre\per\second}``) → plain LaTeX."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from generator.markup.tex import group

_COMMAND = re.compile(r"(?<!\\def)\\(?P<name>SI|si|num|qty|unit)\s*(?:\[[^\[\]]*\]\s*)?(?=\{)")
_BRACE = re.compile(r"\s*(?:\[[^\[\]]*\]\s*)?(?=\{)")
_EXPONENT = re.compile(r"\s*[eEdD]\s*([+-]?\d+)\s*$")
_PIECE = re.compile(r"\\(?:[A-Za-z]+|.)|\^\{[^{}]*\}|\^-?\w|[.~]|[^\\.^~]+", re.DOTALL)
_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "hecto": "h", "kilo": "k",
        "mega": "M", "giga": "G", "tera": "T", "peta": "P", "femto": "f", "atto": "a", "exa": "E", "kibi": "Ki",
        "mebi": "Mi", "gibi": "Gi", "deca": "da",
    }
)  # fmt: skip
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "metre": "m", "meter": "m", "gram": "g", "kilogram": "kg", "second": "s", "ampere": "A", "kelvin": "K",
        "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W",
        "coulomb": "C", "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T",
        "henry": "H", "celsius": "°C", "degreeCelsius": "°C", "degree": "°", "percent": "%", "minute": "min",
        "hour": "h", "day": "d", "litre": "L", "liter": "L", "tonne": "t", "electronvolt": "eV", "bar": "bar",
        "radian": "rad", "steradian": "sr", "lumen": "lm", "lux": "lx", "becquerel": "Bq", "gray": "Gy",
        "sievert": "Sv", "byte": "B", "bit": "bit", "decibel": "dB", "angstrom": "Å", "arcminute": "′",
        "arcsecond": "″", "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "kg": "kg", "mg": "mg",
        "ms": "ms", "us": "µs", "ns": "ns", "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "eV": "eV", "keV": "keV",
        "MeV": "MeV", "GeV": "GeV",
    }
)  # fmt: skip
_POWERS: Mapping[str, str] = MappingProxyType({"squared": "2", "cubed": "3"})
_POWERS_BEFORE: Mapping[str, str] = MappingProxyType({"square": "2", "cubic": "3"})


def with_units(latex: str) -> str:
    """Latex in which siunitx's numbers and units are plain."""
    parts: list[str] = []
    position = 0
    while match := _COMMAND.search(latex, position):
        first, end = group(latex, match.end())
        shown = _unit(first) if match["name"] in ("si", "unit") else _number(first)
        following = _BRACE.match(latex, end) if match["name"] in ("SI", "qty") else None
        if following is not None:
            unit, end = group(latex, following.end())
            shown = f"{shown}\\,{_unit(unit)}"
        parts += (latex[position : match.start()], f"{{{shown}}}")
        position = end
    return "".join(parts) + latex[position:]


def _number(text: str) -> str:
    exponent = _EXPONENT.search(text)
    digits = text[: exponent.start()] if exponent else text
    digits = digits.replace("+-", "\\pm ").replace(" ", "").replace("\\pm", "\\pm ")
    if not exponent:
        return digits
    power = f"10^{{{exponent[1].removeprefix('+')}}}"
    return f"{digits}\\times {power}" if digits else power


def _unit(text: str) -> str:
    """Units side by side, those after ``\\per`` with a negative power."""
    parts: list[str] = []
    prefix = power = sign = ""
    for piece in _PIECE.findall(text.strip()):
        name = piece[1:] if piece[0] == "\\" else ""
        if name in _PREFIXES:
            prefix = _PREFIXES[name]
        elif name == "per":
            sign = "-"
        elif name in _POWERS_BEFORE:
            power = _POWERS_BEFORE[name]
        elif name in _POWERS and parts:
            parts[-1] = _raised(parts[-1], _POWERS[name])
        elif piece[0] == "^" and parts:
            parts[-1] += piece
        elif piece in (".", "~"):
            continue
        elif piece.strip():
            symbol = _UNITS.get(name)
            shown = piece.strip() if symbol is None and name else f"\\text{{{prefix}{symbol or piece.strip()}}}"
            parts.append(_raised(shown, f"{sign}{power or 1}") if sign or power else shown)
            prefix = power = sign = ""
    return "\\,".join(parts)


def _raised(unit: str, power: str) -> str:
    """A unit to a power; one that is negative already keeps its sign."""
    base, mark, before = unit.partition("^{-")
    return f"{base}^{{-{power}}}" if mark and before else f"{unit}^{{{power}}}"
