#!/usr/bin/env bash
# The tests on each Python, with the lowest versions that the requirements allow and with the newest.
#
# Needs python3.10 to python3.14 on the PATH. It tests what is committed, as many at a time as there
# are processors. Arguments are for pytest, e.g. tests/test_forward.py
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$(dirname "$0")/.." "$work/project"
export work arguments="$*"

run() { # 3.10-lowest, say: writes a row of the table
  python=${1%-*} versions=${1#*-} bin=$work/$1/bin
  cp -r "$work/project" "$work/$1-project"
  cd "$work/$1-project"
  # Each name>=version becomes name==version; -r, which names the other file, goes.
  sed -E '/^-r/d; s/>=/==/' requirements.txt tests/requirements*.txt > lowest.txt
  if [ "$python" = 3.14 ]; then # the lowest that were ever built for it
    sed -i -E 's/^(numpy).*/\1==2.3.2/; s/^(scikit-learn).*/\1==1.7.2/; s/^(matplotlib).*/\1==3.10.5/
      s/^(pandas).*/\1==2.3.3/; s/^(pillow).*/\1==11.3.0/; s/^(playwright).*/\1==1.56.0/' lowest.txt
  else # of the age of scikit-learn 1.6, which passes options that newer ones refuse
    echo "scipy==1.14.1" >> lowest.txt
  fi
  file=lowest.txt
  [ "$versions" = lowest ] || file=tests/requirements-slow.txt
  "python$python" -m venv "$work/$1" && "$bin/pip" install -q -r "$file"
  "$bin/python" -m pytest -m "slow or not slow" $arguments > "$work/$1.log" || touch "$work/failed"
  cat "$work/$1.log" >&2
  "$bin/python" - "$versions" "$(tail -n 1 "$work/$1.log" | tr -d '=')" > "$work/$1.row" <<'END'
import platform
import sys
from importlib.metadata import version

packages = map(version, ["numpy", "scikit-learn", "matplotlib", "pytest"])
print("|", " | ".join([platform.python_version(), sys.argv[1], *packages, sys.argv[2].strip()]), "|")
END
}
export -f run

printf '%s\n' 3.{10,11,12,13,14}-{lowest,newest} |
  xargs -P "$(nproc)" -I{} bash -euo pipefail -c 'run {}' >&2 || touch "$work/failed"
echo "| Python | versions | NumPy | scikit-learn | matplotlib | pytest | result |"
echo "|---|---|---|---|---|---|---|"
cat "$work"/*.row
[ ! -e "$work/failed" ]
