#!/usr/bin/env bash
# The tests on each Python, and with the lowest and the newest versions, that the requirements allow:
#
#   benchmarks/versions.sh > benchmarks/results/versions.md
#
# Needs python3.10 to python3.13 on the PATH, and takes eight times as long as the tests. It tests what
# is committed. Arguments are for pytest, e.g. tests/test_forward.py
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$(dirname "$0")/.." "$work/checkout"
cd "$work/checkout"

# Each name>=version becomes name==version; -r, which names the other file, goes.
sed -E '/^-r/d; s/>=/==/' requirements.txt tests/requirements.txt tests/requirements-slow.txt > "$work/lowest.txt"

failed=0
echo "| Python | versions | NumPy | scikit-learn | matplotlib | pytest | result |"
echo "|---|---|---|---|---|---|---|"
for python in 3.10 3.11 3.12 3.13; do
  for versions in lowest newest; do
    bin=$work/$python-$versions/bin
    "python$python" -m venv "$work/$python-$versions" >&2
    requirements=tests/requirements-slow.txt
    [ $versions = newest ] || requirements=$work/lowest.txt
    "$bin/pip" install -q -r "$requirements" >&2
    "$bin/python" -m pytest -m "slow or not slow" "$@" > "$work/log" || failed=1
    cat "$work/log" >&2
    "$bin/python" - "$versions" "$(tail -n 1 "$work/log" | tr -d '=')" <<'END'
import platform
import sys
from importlib.metadata import version

packages = map(version, ["numpy", "scikit-learn", "matplotlib", "pytest"])
print("|", " | ".join([platform.python_version(), sys.argv[1], *packages, sys.argv[2].strip()]), "|")
END
  done
done
exit $failed
