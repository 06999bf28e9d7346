"""Python kernels that are forked from a process which has imported ipykernel already.

What still tells them from fresh ones, and cannot be hidden: the command line, the environment and the start time that
the system keeps of a process (``/proc/self/cmdline``, ``ps``); its parent, which is a supervisor, also of orphans;
memory in use; the names of loggers of preloaded modules; ``importlib._bootstrap``, which finds these modules; and what
one of them changed in another when both were preloaded. Generators of random numbers that a preloaded module makes
without a seed are seeded again if they are ``random.Random`` or NumPy's own. A module put before a preloaded one while
the notebook runs is imported, but NumPy and its like then refuse to be loaded twice.
"""
