"""A forked kernel answers as a fresh one does."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_core.utils import ensure_event_loop

from generator.execution.warm.server import WarmServer, can_be_warm
from tests.execution.warm.kernels import environment, kernel

pytestmark = pytest.mark.kernel

NOTEBOOKS = sorted((Path(__file__).resolve().parents[3] / "_notebooks").glob("**/*.ipynb"))
LIBRARIES = ("numpy", "matplotlib.pyplot", "concurrent.futures.process", "multiprocessing", "csv")


FILES = {
    "script.py": "import sys\nprint(sys.argv, __name__)\n",
    "says_when.py": "import time\nNOW = time.time()\nprint('importing')\nLATER = time.time() >= NOW\n",
}

# In a folder on PYTHONPATH.
PRELOADED = {
    "speaks.py": "print('I am imported')\n",
    "keeps.py": (
        "import os, time, datetime\nKEPT = os.getpid(), os.getcwd()\n"
        "NOW = time.time()\nTHEN = datetime.datetime.now()\n"
    ),
    "moves.py": (
        "import os, signal, subprocess\nos.umask(0o77); os.chdir('/')\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n"
        "os.environ['MOVED'] = 'yes'\nCHILD = subprocess.Popen(['sleep', '600'])\n"
    ),
    "asks.py": "try:\n    get_ipython()\n    HERE = True\nexcept NameError:\n    HERE = False\n",
    "asks_politely.py": "from IPython import get_ipython\nHERE = get_ipython() is not None\n",
    "fails_to_import.py": "import wave\nraise RuntimeError('as ever')\n",
    "changes.py": (
        "import os, warnings, atexit\nos.environ['CHANGED'] = 'yes'\nwarnings.simplefilter('ignore', UserWarning)\n"
        "atexit.register(print, 'bye')\n"
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[WarmServer]:
    with WarmServer(sys.executable, LIBRARIES, environment()) as opened:
        yield opened


def cells_made_to_tell_apart() -> dict[str, str]:
    text = Path(__file__).with_name("told_apart.txt").read_text(encoding="utf-8")
    parts = re.split(r"^-- (.*) --\n", text, flags=re.MULTILINE)[1:]
    return {name: code.strip() for name, code in zip(parts[::2], parts[1::2], strict=True)}


def folder_with(files: dict[str, str], folder: Path) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_cells_made_to_tell_a_fork_from_a_fresh_kernel_cannot(tmp_path: Path) -> None:
    work = folder_with(FILES, tmp_path / "work")
    library = folder_with(PRELOADED, tmp_path / "library")
    cells = cells_made_to_tell_apart()
    env = environment(PYTHONPATH=str(library), MARK="of the environment")
    modules = (*LIBRARIES, *(name.partition(".")[0] for name in PRELOADED))

    with WarmServer(sys.executable, modules, env) as server:
        with kernel(server, work, env=env) as forked:
            assert forked.is_forked
            warm = {name: forked.run(code) for name, code in cells.items()}
        with kernel(None, work, env=env) as fresh:
            cold = {name: fresh.run(code) for name, code in cells.items()}

    for name in cells:
        assert warm[name] == cold[name], name


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_of_this_repository_has_the_same_outputs(server: WarmServer, path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]

    with kernel(server, path.parent) as forked, kernel(None, path.parent) as fresh:
        assert forked.is_forked
        warm, cold = [[one.run(code) for code in codes] for one in (forked, fresh)]

    assert warm == cold


def test_two_forks_draw_different_lots(server: WarmServer, tmp_path: Path) -> None:
    code = """
import random, uuid, tempfile, secrets, os, numpy.random, multiprocessing
print(random.random(), random.Random().random())
print(numpy.random.random(), numpy.random.default_rng().random(), numpy.random.RandomState().random())
print(uuid.uuid4(), secrets.token_hex(), tempfile.mktemp(), multiprocessing.current_process().authkey.hex())
print(get_ipython().kernel.ident, os.urandom(8).hex())
"""

    with kernel(server, tmp_path) as one, kernel(server, tmp_path) as other:
        first, second = (each.text(code).split() for each in (one, other))

    assert len(first) == len(second) >= 10
    assert [a for a, b in zip(first, second, strict=True) if a == b] == []


def test_a_seed_gives_the_numbers_it_gives_in_a_fresh_kernel(server: WarmServer, tmp_path: Path) -> None:
    code = "import random, numpy\nrandom.seed(1); numpy.random.seed(1)\nprint(random.random(), numpy.random.random(3))"

    with kernel(server, tmp_path) as forked, kernel(None, tmp_path) as fresh:
        assert forked.run(code) == fresh.run(code)


def test_a_file_of_the_folder_that_is_called_like_a_preloaded_module_is_imported(
    server: WarmServer, tmp_path: Path
) -> None:
    work = folder_with({"numpy.py": "mine = True"}, tmp_path / "work")

    with kernel(server, work) as started:
        answers = started.is_forked, started.text("import numpy; print(numpy.mine)")

    assert answers == (False, "True\n")


def test_a_module_that_was_put_before_a_preloaded_one_in_the_path_is_imported(tmp_path: Path) -> None:
    env = environment(PYTHONPATH=str(folder_with({"plain.py": "where = 'library'"}, tmp_path / "library")))
    nearer = folder_with({"plain.py": "where = 'nearer'"}, tmp_path / "nearer")
    code = f"import sys; sys.path.insert(0, {str(nearer)!r}); import plain; print(plain.where)"

    with WarmServer(sys.executable, ("plain",)) as server, kernel(server, tmp_path, env=env) as forked:
        assert (forked.is_forked, forked.text(code)) == (True, "nearer\n")


@pytest.mark.parametrize(
    ("name", "started"),
    [
        ("a hash seed drawn by lot", {"env": environment(PYTHONHASHSEED="random")}),
        ("no hash seed", {"env": {key: value for key, value in environment().items() if key != "PYTHONHASHSEED"}}),
        ("other options of the process", {"umask": 0o77}),
        ("another launcher", {"argv": (sys.executable, "-m", "ipykernel", "-f", "{connection_file}")}),
    ],
)
def test_what_a_fork_cannot_give_is_started_the_plain_way(
    server: WarmServer, tmp_path: Path, name: str, started: dict[str, object]
) -> None:
    with kernel(server, tmp_path, **started) as plain:  # type: ignore[arg-type]
        assert (plain.is_forked, plain.text("print(1 + 1)")) == (False, "2\n")


def test_other_variables_and_options_have_a_zygote_of_their_own_up_to_a_limit(tmp_path: Path) -> None:
    code = "import sys, os; print(os.environ['N'], sys.flags.utf8_mode, os.environ['INKMILL_RUN'])"
    argv = (sys.executable, "-X", "utf8", "-m", "ipykernel_launcher", "-f", "{connection_file}")
    answers = []

    with WarmServer(sys.executable) as server:
        for number in range(6):
            env = environment(N=str(number), INKMILL_RUN=f"run {number}")
            with kernel(server, tmp_path, argv=argv, env=env) as started:
                answers.append((started.is_forked, started.text(code)))

    assert answers == [(number < 4, f"{number} 1 run {number}\n") for number in range(6)]


def test_many_kernels_start_at_once_and_each_works_in_its_own_folder(server: WarmServer, tmp_path: Path) -> None:
    folders = [folder_with({}, tmp_path / str(number)) for number in range(8)]

    def answer(folder: Path) -> tuple[bool, str]:
        with contextlib.closing(ensure_event_loop()), kernel(server, folder) as started:
            return started.is_forked, started.text("import os; print(os.getcwd())")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(answer, folders))

    assert answers == [(True, f"{folder}\n") for folder in folders]


def test_a_kernel_over_tcp_can_be_forked_too(server: WarmServer, tmp_path: Path) -> None:
    with (
        (tmp_path / "error").open("wb") as error,
        kernel(server, tmp_path, transport="tcp", stderr=error.fileno()) as forked,
    ):
        answers = forked.is_forked, forked.text("print(get_ipython().kernel.parent.transport)")

    assert answers == (True, "tcp\n")
    assert "TCP without encryption" in (tmp_path / "error").read_text(encoding="utf-8")


def test_this_platform_can() -> None:
    assert can_be_warm()
