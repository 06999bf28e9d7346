"""The environment a kernel's process gets: what it needs to work, and nothing that happens to be there."""

import os
import re
import sys
from collections.abc import Mapping

_NAMES = frozenset(
    """PATH HOME USER LOGNAME SHELL TERM LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV
    HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
    SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS
    LD_LIBRARY_PATH FONTCONFIG_PATH FONTCONFIG_FILE PROJ_LIB PROJ_DATA GDAL_DATA
    PYTHONPATH PYTHONUTF8 PYTHONIOENCODING IPYTHONDIR JUPYTER_PATH JUPYTER_DATA_DIR JUPYTER_CONFIG_DIR MPLCONFIGDIR
    JAVA_HOME R_HOME R_LIBS R_LIBS_USER R_LIBS_SITE JULIA_PROJECT JULIA_DEPOT_PATH JULIA_LOAD_PATH JULIA_NUM_THREADS
    CUDA_VISIBLE_DEVICES CUDA_HOME CUDA_PATH
    NUMEXPR_NUM_THREADS NUMEXPR_MAX_THREADS VECLIB_MAXIMUM_THREADS BLIS_NUM_THREADS POLARS_MAX_THREADS
    LOKY_MAX_CPU_COUNT""".split()
)
# Conda's own are listed one by one: CONDA_ alone would let tokens of channels through.
_PATTERN = re.compile(
    r"LC_[A-Z_]+|XDG_[A-Z]+_(?:HOME|DIRS|DIR)|DYLD_[A-Z_]+|CONDA_(?:PREFIX(?:_\d+)?|DEFAULT_ENV|EXE|PYTHON_EXE|SHLVL)"
    r"|(?:OMP|OPENBLAS|GOTO|MKL|NUMBA|KMP)_(?:NUM_)?(?:THREADS|PROC_BIND|PLACES|DYNAMIC|AFFINITY|THREADING_LAYER)"
)
_WINDOWS = frozenset(
    """SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86)
    PROGRAMW6432 COMMONPROGRAMFILES USERPROFILE USERNAME HOMEDRIVE HOMEPATH ALLUSERSPROFILE PUBLIC OS
    NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE PROCESSOR_IDENTIFIER""".split()
)


def kernel_environment(named: Mapping[str, str]) -> dict[str, str]:
    """What a kernel finds in its environment.

    A fixed hash seed makes Python print sets in the same order in every run; a named one wins. The backend of
    matplotlib is left to the kernel.

    Args:
        named: what the author asked for by name, with values.
    """
    ours = {name: value for name, value in os.environ.items() if _is_allowed(name)}
    return {**ours, "PYTHONHASHSEED": "0", **named}


def _is_allowed(name: str) -> bool:
    # Windows does not tell the cases apart, and proxies are mostly written in small letters.
    upper = name.upper()
    if sys.platform == "win32" and upper in _WINDOWS:
        return True
    is_proxy = upper.endswith("_PROXY") and upper in _NAMES
    known = name if sys.platform != "win32" else upper
    return is_proxy or known in _NAMES or _PATTERN.fullmatch(known) is not None
