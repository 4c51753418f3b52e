#!/usr/bin/env bash
# Mutation testing of neuralnet.py and of what it stands on, in a virtual environment of its own:
#
#   benchmarks/mutation.sh > benchmarks/results/mutation.md
#
# About half an hour on one core. With file names as arguments, those alone. Ends with 1 if a mutant
# survives that benchmarks/mutation/survivors.py does not explain.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/pip" install -q -r tests/requirements-slow.txt "mutmut==2.5.1" >&2
OPENBLAS_NUM_THREADS=1 "$venv/bin/python" benchmarks/mutation/mutants.py "$@"
