"""Cells that would tell a forked kernel from a fresh one; each prints the same in both, or a fork shows."""

CELLS = {
    "hash seeds": "print(hash('a'), hash(b'b'), list({'x', 'y', 'z'}))",
    "sys.modules": "import sys\nprint(sorted(sys.modules))",
    "order of sys.modules at first import": "import sys, csv, wave\nprint(list(sys.modules)[-3:])",
    "attributes of packages": (
        "import xml, concurrent, importlib, email, IPython\n"
        "print([sorted(n for n in dir(m) if n[0] != '_') for m in (xml, concurrent, importlib, email, IPython.core)])"
    ),
    "sys.path": "import sys\nprint(sys.path, sys.meta_path, sys.path_hooks, sys.prefix, sys.executable)",
    "finding without importing": (
        "import importlib.util\n"
        "print([importlib.util.find_spec(n) for n in ('matplotlib', 'numpy', 'wave', 'not_there')])"
    ),
    "environment": (
        "import os\nprint({k: v for k, v in os.environ.items() if k != 'JPY_PARENT_PID'}, list(os.environ))\n"
        "print(int(os.environ['JPY_PARENT_PID']) == os.getppid())"
    ),
    "environment of a shell": "!env | grep -v -e JPY_PARENT_PID -e '^_=' -e SHLVL | sort",
    "working folder": "import os, pathlib\nprint(os.getcwd(), pathlib.Path('.').resolve(), os.listdir('.'))\n!pwd",
    "threads": (
        "import threading\nprint([(t.name, t.daemon) for t in threading.enumerate()], threading.active_count(),\n"
        "      threading.main_thread() is threading.enumerate()[0], threading.get_native_id() == __import__('os').getpid())"
    ),
    "open files": (
        "import os, re\nfds = os.listdir('/dev/fd')\n"
        "print(sorted(re.sub(r'\\d+', '', os.path.realpath(f'/dev/fd/{f}'))\n"
        "             for f in fds if os.path.exists(f'/dev/fd/{f}') and 'profile_default' not in os.path.realpath(f'/dev/fd/{f}')))"
    ),
    "standard streams": (
        "import sys, os, stat\n"
        "print([(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.write_through, s.isatty())\n"
        "       for s in (sys.__stdin__, sys.__stdout__, sys.__stderr__)])\n"
        "print([stat.S_IFMT(os.fstat(n).st_mode) for n in range(3)], repr(sys.__stdin__.read()))"
    ),
    "umask": "import os\nprint(oct(os.umask(0o22)), oct(os.umask(0o22)))",
    "signals": (
        "import signal\nprint({s: signal.getsignal(s) for s in sorted(signal.valid_signals())})\n"
        "print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getitimer(signal.ITIMER_REAL))\n"
        "print([l for l in open('/proc/self/status') if l.startswith(('Sig', 'Shd', 'Umask', 'Cap', 'NoNew', 'Seccomp'))\n"
        "       and not l.startswith('SigQ')])"
    ),
    "sessions": "import os\nprint(os.getpid() == os.getpgrp() == os.getsid(0), os.getppid() == os.getpid())",
    "main": (
        "import sys, __main__\nprint(sorted(vars(__main__)), __main__ is sys.modules['__main__'], __name__, __main__.__spec__)\n"
        "print(hasattr(__main__, '__file__'), __main__.__loader__, __builtins__)"
    ),
    "argv": "import sys, re\nprint([re.sub(r'/[^/]*\\.json', '', a) for a in sys.argv + sys.orig_argv])",
    "flags": "import sys\nprint(sys.flags, sys._xoptions, sys.warnoptions, sys.dont_write_bytecode, sys.pycache_prefix)",
    "warning filters": "import warnings\nprint(warnings.filters, warnings.showwarning, warnings.defaultaction)",
    "a warning": "import warnings\nwarnings.warn('mind', DeprecationWarning)\nwarnings.warn('the gap')",
    "locale": "import locale, time\nprint(locale.setlocale(locale.LC_ALL), locale.getencoding(), time.tzname)",
    "interpreter": (
        "import sys, gc, faulthandler, threading\n"
        "print(gc.get_freeze_count(), gc.get_threshold(), gc.isenabled(), gc.get_debug(), gc.callbacks)\n"
        "print(sys.getrecursionlimit(), sys.getswitchinterval(), faulthandler.is_enabled(), sys.gettrace(), sys.getprofile())\n"
        "print(sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook, threading.stack_size())"
    ),
    "depth of the stack": (
        "import sys\ndef deep(n=0):\n    try:\n        return deep(n + 1)\n    except RecursionError:\n        return n\n"
        "f, n = sys._getframe(), 0\nwhile f:\n    f, n = f.f_back, n + 1\nprint(n, deep())"
    ),
    "exit functions": "import atexit\nprint(atexit._ncallbacks())",
    "loggers": (
        "import logging\nprint(logging.getLogger('matplotlib').level, logging.root.handlers, logging.root.level)\n"
        "print(0 <= logging.LogRecord('', 0, '', 0, '', (), None).relativeCreated < 60_000)"
    ),
    "IPython": (
        "ip = get_ipython()\nprint(ip.config, sorted(ip.magics_manager.magics['line']), ip.history_manager.hist_file)\n"
        "print(ip.parent.connection_file == ip.kernel.parent.connection_file, type(ip.kernel), ip.kernel.parent.transport)\n"
        "print(ip.kernel.parent.poller.is_alive(), ip.kernel.parent.parent_handle == __import__('os').getppid())"
    ),
    "numpy and its warning filters": (
        "import sys, warnings\nimport numpy\n"
        "print(len([n for n in sys.modules if n.startswith('numpy')]), warnings.filters[:3], numpy.__spec__, numpy.core.__name__)\n"
        "print(sorted(n for n in sys.modules if n.partition('.')[0] == 'numpy'), sorted(vars(numpy)), numpy.geterr())"
    ),
    "matplotlib before pyplot": (
        "import matplotlib, sys\nprint(hasattr(matplotlib, 'pyplot'), sorted(n for n in sys.modules if 'matplotlib' in n))\n"
        "print(sorted(vars(matplotlib)), matplotlib.__spec__, matplotlib.__loader__)"
    ),
    "matplotlib": (
        "import matplotlib.pyplot as plt, sys, warnings, atexit\n"
        "print(plt.get_backend(), sorted(sys.modules), warnings.filters, atexit._ncallbacks(), sorted(vars(plt)))\n"
        "print(plt.rcParams, matplotlib.matplotlib_fname())\nplt.plot([1, 2, 4])\nplt.title('as fresh')"
    ),
    "an import that says when it happens": "import says_when\nprint(says_when.LATER)",
    "a preloaded import that speaks": "import speaks",
    "a preloaded import that fails": "import fails_to_import",
    "a preloaded import that changes the environment": "import os\nimport changes\nprint(os.environ['CHANGED'])",
    "a reload": "import importlib, changes, numpy.random\nprint(importlib.reload(changes).__spec__, numpy.random.mtrand)",
    "multiprocessing": (
        "import multiprocessing as m, concurrent.futures as c, operator\n"
        "with m.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))\n"
        "with c.ProcessPoolExecutor(1, mp_context=m.get_context('spawn')) as pool:\n    print(list(pool.map(abs, [-3])))\n"
        "with c.ProcessPoolExecutor(1, mp_context=m.get_context('forkserver')) as pool:\n    print(list(pool.map(abs, [-4])))\n"
        "with c.ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(abs, [-5])))\n"
        "print(m.current_process().name, m.parent_process(), m.active_children())"
    ),
    "subprocesses": (
        "import subprocess, os, sys\nprint(subprocess.run(['echo', 'a'], capture_output=True).stdout)\n"
        "print(int(subprocess.check_output([sys.executable, '-c', 'import os; print(os.getppid())'])) == os.getpid())\n"
        "print(os.system('exit 3'), os.waitstatus_to_exitcode(os.system('exit 3')))\n"
        "try:\n    os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError as error:\n    print(error)"
    ),
    "a fork": "import os\npid = os.fork()\nif not pid:\n    os._exit(4)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
    "a shell": "!echo shell; echo error >&2; exit 2\nprint(_exit_code)",
    "output of C": "import os\nos.write(1, b'one\\n')\nimport time; time.sleep(0.3)",
    "a traceback": "def f(x):\n    return 1 / x\n\nf(0)",
    "a traceback of a library": "import json\njson.loads('{')",
    "a magic": "%run -n script.py\n%precision 3\n%who",
    "a script": "%run script.py 1 2",
    "time": "%timeit -n1 -r1 -q None",
    "await": "import asyncio\nawait asyncio.sleep(0)\nprint(asyncio.get_running_loop().is_running())",
    "input": "input()",
    "history": "print(In[-1] == _ih[-1], len(In) > 5)",
    "pickles": "import pickle\nclass A: pass\nprint(pickle.loads(pickle.dumps(A)).__module__)",
    "resources": (
        "import resource, os\nprint([resource.getrlimit(getattr(resource, n)) for n in sorted(dir(resource)) if n[:7] == 'RLIMIT_'])\n"
        "print(os.nice(0), os.sched_getaffinity(0), os.sched_getscheduler(0))"
    ),
    "magics and matplotlib inline": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([3, 1])\nplt.show()",
}

FILES = {
    "script.py": "import sys\nprint(sys.argv, __name__)\n",
    "says_when.py": "import time\nNOW = time.time()\nprint('importing')\nLATER = time.time() >= NOW\n",
}

# In a folder on PYTHONPATH.
PRELOADED = {
    "speaks.py": "print('I am imported')\n",
    "fails_to_import.py": "import wave\nraise RuntimeError('as ever')\n",
    "changes.py": (
        "import os, warnings, atexit\nos.environ['CHANGED'] = 'yes'\nwarnings.simplefilter('ignore', UserWarning)\n"
        "atexit.register(print, 'bye')\n"
    ),
}
