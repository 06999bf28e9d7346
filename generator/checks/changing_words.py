"""Words of an output that are others at every run: addresses, clocks, durations, generated names, progress.

Each expression names what stands around the word, so that a date in a table or a duration that was computed is not
taken for one of the machine's own.
"""

import re

_DATE = r"\d{4}-\d\d-\d\d"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?!:?\d)"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[AP]M|[+-]\d\d:?\d\d)\b)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_WRITTEN_DATE = rf"(?:{_DATE}|\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})"
_MOMENT = rf"{_DATE}[T ]{_CLOCK}{_ZONE}"
_LEVEL = r"(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|NOTICE|TRACE)"
_SECONDS = r"(?:ns|µs|μs|us|ms|msec|s|secs?|seconds?|mins?|minutes?|hours?|h)\b"
_DURATION = rf"\d[\d.,:]*(?:e[-+]?\d+)? ?{_SECONDS}(?: ?\d[\d.]* ?{_SECONDS}){{0,3}}"
_TEMPORARY = (
    r"(?:/private)?(?:/tmp|/var/tmp|/var/folders/\w{2}/\w{1,64}/[A-Z])|[A-Z]:(?:\\{1,2}[^\\\s]{1,64}){1,4}\\{1,2}Temp"
)
_TIMER = r"\d+:\d\d(?::\d\d)?(?:\.\d+)?"
_SAID_TO_LAST = (
    r"took|elapsed(?: time)?|(?:execution|training|running|computation|fit|inference) time|runtime|time taken|passed in"
    r"|(?:finished|completed|done|ran|built|executed|loaded|fitted|trained|resolved|ready)(?: \w+){0,4} in"
)
_SAID_TO_BE_NOW = (
    r"(?:updated|generated|executed|rendered|retrieved|downloaded|accessed|refreshed|now|today|as of"
    r"|current (?:time|date)|(?:started|finished|completed|built|ran|run)(?= ?(?:at|on|:)))"
)
_NOW = rf"{_WRITTEN_DATE}(?:,?[T ](?:at )?{_CLOCK})?"

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        # What IPython says of the time a cell took, and how often it was repeated.
        (r"^CPU times: .*", "CPU times"),
        (r"^(?:Wall )time: .*", "Wall time"),
        (r"^[\d.]+ ?(?:ns|µs|μs|us|ms|s|min|h)\b.{0,40} (?:± .{1,40} )?per loop\b.*", "per loop"),
        (r"^[\d,]+ loops?, best of \d+: .*", "per loop"),
        (r"^peak memory: .*", "peak memory"),
        # Durations that are said to be one.
        (rf"(?i)\b({_SAID_TO_LAST})((?: was| is| of| about|:|=|\s){{0,4}})(?:{_DURATION}|{_TIMER})", r"\1 ‹duration›"),
        (r"(?i)\b(elapsed|time taken|runtime)( ?[:=] ?)\d+\.\d+", r"\1 ‹duration›"),
        (r"\b\d+m?s(?: \d+[mµn]?s)?/(?:step|epoch|sample|batch)\b", "‹duration›"),
        (r"(?<=- )\d+s(?= -|$)", "‹duration›"),
        # Clocks.
        (rf"^([\[(]?){_MOMENT}(?=[\])]?\s*(?:[-|] |[:\[\]]|{_LEVEL}\b))", r"\1‹time›"),
        (rf"\b({_LEVEL}\b[\s:|\[\]-]{{0,4}}){_MOMENT}", r"\1‹time›"),
        (rf"^([\[(]){_CLOCK}(?=[\])])", r"\1‹time›"),
        (rf"^{_CLOCK}(?=\s*(?:[-|] |\[|{_LEVEL}\b))", "‹time›"),
        (r"^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ ", "‹time› "),
        (rf"{_DATE}[T ]\d\d:\d\d:\d\d[.,](?!0+\b)\d{{3,9}}{_ZONE}", "‹time›"),
        (rf"^(['\"(]?){_DATE}[T ]\d\d:\d\d:(?!00\b)\d\d{_ZONE}(['\")]?)$", r"\1‹time›\2"),
        (r"datetime\.datetime\(\d{4}(?:, \d{1,2}){5}, \d{1,6}(?=[,)])", "datetime.datetime(‹time›"),
        (r"^datetime\.datetime\(\d{4}(?:, \d{1,2}){5}\)$", "datetime.datetime(‹time›)"),
        (rf"\b{_DAY},? +{_MONTH} +\d{{1,2}} \d\d:\d\d:\d\d(?: [A-Z]{{3,4}})? \d{{4}}", "‹time›"),
        (rf"\b{_DAY}, \d{{1,2}}[ -]{_MONTH}[ -]\d{{4}}(?: \d\d:\d\d:\d\d)?{_ZONE}", "‹time›"),
        # The heading of statsmodels' summaries.
        (r"\bTime:\s+\d\d:\d\d:\d\d\b", "Time: ‹time›"),
        (
            rf"(?i)\b({_SAID_TO_BE_NOW}(?: is| at| on| was|:|=|\s){{1,4}})['\"(]?(?:{_NOW}|{_CLOCK}){_ZONE}",
            r"\1‹time›",
        ),
        # What names things for one run.
        (r"\bat 0x[0-9a-fA-F]{4,16}\b", "at ‹address›"),
        (r"\b0x(?:[5-7][0-9a-f]{10,11}|0000[0-9a-fA-F]{12})\b", "‹address›"),
        (r"\b(id)(=|\()(?:\d{10}|\d{15})\b", r"\1\2‹id›"),
        (r"\b(started (?:daemon )?)\d{6,}", r"\1‹id›"),
        (r"(?i)\b(pid|process id)(\W{1,3})\d+", r"\1\2‹pid›"),
        (r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "‹uuid›"),
        (r"\bIPY_MODEL_\w+", "‹id›"),
        (r"(?i)\b(uuid\W{1,4})[0-9a-f]{32}\b", r"\1‹uuid›"),
        (r"\b(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\]):(?:[3-6]\d{4})\b", r"\1:‹port›"),
        # Places.
        (rf"(?:{_TEMPORARY})(?:/|\\{{1,2}})ipykernel_\d+(?:/|\\{{1,2}})\d+\.py", "‹cell›"),
        (r"<ipython-input-\d+-[0-9a-f]+>(?: in)?", "‹cell›"),
        (r"\b(?:Cell )?(In|Out) ?\[(?:\d+|\*| )\]", r"\1[‹count›]"),
        (rf"(?:{_TEMPORARY})(?=/|\\)", "‹temporary›"),
        (
            r"(?<=‹temporary›)(?:/|\\{1,2})(?:tmp[a-z0-9_]{6,10}|\w{0,20}[-_.]?(?=[a-z]*\d+[a-z])[a-z0-9]{8})(?![\w-])",
            "/‹name›",
        ),
        (r"^\s*\S.{0,300}?:\d+: (\w*Warning)\b", r"‹file›: \1"),
        (
            r'(File ")[^"]{0,300}?((?:site|dist)-packages|lib/python[\d.]+|‹cell›)([^"]{0,200}", line )\d+',
            r"\1‹place›\3‹line›",
        ),
        (r"\S{1,200}/((?:site|dist)-packages/)", r"\1"),
        (r"-nan\b", "nan"),
    )
)
_PROGRESS = re.compile(
    r"(?P<what>.*?)\s*\d{1,3}%\|.*?\|\s*[\d.]+[kMGTi]*B?/(?P<total>[\d.]+[kMGTi]*B?) \[.*"
    r"|(?P<counted>.*?)\s*\d+it \[\d\d:\d\d, .*"
    r"|\s*[━╸╺ ]{10,}.*"
)
_BAR = re.compile(r"\[[=>.#\s-]{10,}\]")
_DROPPED = re.compile(
    r"The slowest run took .* longer than the fastest\..*"
    r"|This could mean that an intermediate result is being cached\.?"
    r"|(?:Compiler|Parser)\s*: [\d.]+ \w+"
)
_NEEDED_BY_ALL = re.compile(r"[\d(<]|nan")


def without_changing_words(line: str) -> str:
    """A line with a mark in the place of each word that is another at every run.

    >>> without_changing_words("<function f at 0x7f33a0c1d2e0> took 1.2 s")
    '<function f at ‹address›> took ‹duration›'
    """
    if not _NEEDED_BY_ALL.search(line):
        return line
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return _BAR.sub("‹bar›", line) if "[" in line else line


def is_only_sometimes_printed(line: str) -> bool:
    """Whether IPython prints the line at some runs and not at others."""
    return _DROPPED.fullmatch(line.strip()) is not None


def progress_of(line: str) -> str | None:
    """What a progress bar counts, and to how many; None for every other line.

    >>> progress_of("Epoch 1:  40%|####      | 4/10 [00:01<00:02,  3.9it/s, loss=0.3]")
    'Epoch 1: /10'
    """
    match = _PROGRESS.fullmatch(line) if "%|" in line or "it [" in line or "━" in line else None
    if match is None:
        return None
    return f"{match['what'] or match['counted'] or ''} {'/' + match['total'] if match['total'] else ''}".strip()
