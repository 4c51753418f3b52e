#!/usr/bin/env bash
# Makes every measured table and picture of the README and the chapters afresh, in the order of
# benchmarks/results.py, and puts the tables into the texts:
#
#   benchmarks/all.sh --data DIR       # all; DIR has MNIST's four files
#   benchmarks/all.sh --continue       # what was not made at this commit yet
#   benchmarks/all.sh compare size     # these alone
#
# It says how long each takes, and goes on after one that fails. All of them take an hour and a half
# on two quiet processors, most of it for the last two, which run the tests many times. Chromium makes
# the page's pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=benchmarks/.venv
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet -r tests/requirements-slow.txt
"$venv/bin/pip" install --quiet "torch==2.13.0" ||
  echo "There is no PyTorch for this machine: in the comparison it is not measured."
exec "$venv/bin/python" benchmarks/results.py "$@"
