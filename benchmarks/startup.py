"""How long `import neuralnet` takes, beside `import numpy`, and what xor_example.py imports.

Each import runs in a fresh interpreter, and is timed there.
"""

import subprocess
import sys

import measure
import numpy as np

TIMED = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
IMPORTS = """
import runpy, sys
before = set(sys.modules)
sys.argv = ["xor_example.py", "--epochs", "1", "--display-every", "0"]
try:
    runpy.run_path("xor_example.py", run_name="__main__")
except SystemExit:  # one epoch does not solve XOR, and the script says so
    pass
names = {name.split(".")[0] for name in set(sys.modules) - before}
print(*sorted(names - sys.stdlib_module_names))
"""


def run(code):
    """The last line that this code prints in an interpreter of its own."""
    done = subprocess.run([sys.executable, "-c", code], cwd=measure.ROOT, capture_output=True,
                          text=True, check=True)  # fmt: skip
    return done.stdout.splitlines()[-1]


def main():
    options = measure.parse_options(__doc__, rounds=25)
    print(f"{measure.machine()}\n")
    names = ("numpy", "neuralnet")
    milliseconds = {name: np.zeros(options.rounds) for name in names}  # (rounds,)
    for k in range(-1, options.rounds):  # round -1 fills the disk cache, and is overwritten
        for name in names:
            milliseconds[name][k] = float(run(TIMED.format(name))) * 1e3
    rows = []
    for name, values in milliseconds.items():
        ratios = measure.typical(values / milliseconds["numpy"])
        rows.append((f"import {name}", measure.typical(values, 1), ratios))
    print(f"Milliseconds: median (quartiles) of {options.rounds} rounds\n")
    measure.table(["", "milliseconds", "times import numpy"], rows)
    print("xor_example.py imports, besides the standard library:", run(IMPORTS).replace(" ", ", "))


if __name__ == "__main__":
    main()
