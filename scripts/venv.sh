#!/bin/sh
# Make the virtual environment: venv.sh FOLDER REQUIREMENTS. Takes the first Python from 3.11 to 3.13, or says what is missing.
set -eu
folder=$1 requirements=$2

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }
complete() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# A copy of the project that was moved has a .venv whose Python may not start any more, or whose scripts name the old folder.
if [ -d "$folder" ] && ! { fits "$folder/bin/python" && head -n 1 "$folder/bin/pip" 2>/dev/null | grep -qF "$(pwd)/"; }; then
    echo "The virtual environment $folder does not work here (another Python, or the folder was moved): making it anew."
    rm -rf "$folder"
fi
if [ ! -d "$folder" ]; then
    chosen='' bare=''
    for python in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        fits "$python" || continue
        if complete "$python"; then chosen=$python; break; fi
        bare=${bare:-$python}
    done
    if [ -z "$chosen" ] && [ -n "$bare" ]; then
        version=$("$bare" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$bare is Python $version, but without the parts that make a virtual environment." >&2
        echo "On Debian and Ubuntu: sudo apt install python$version-venv, then run this again." >&2
        exit 1
    fi
    if [ -z "$chosen" ]; then
        echo "Sextant needs Python 3.11, 3.12 or 3.13; found: $(python3 --version 2>/dev/null || echo 'no python3')." >&2
        echo "Debian 12+, Ubuntu 24.04+: sudo apt install python3 python3-venv. macOS: brew install python@3.13." >&2
        echo "If it is there under another name: PYTHON=/path/to/python3.12 make demo" >&2
        exit 1
    fi
    "$chosen" -m venv "$folder"
fi
case $requirements in *-dev.txt) size="1.4 GB" ;; *) size="700 MB" ;; esac
echo "Installing the locked packages into $folder (once; about $size, some minutes) ..."
# Every package is the very file that the lock names by its hash, whichever registry serves it.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
# hatchling, which builds the project, is in the lock: this asks no registry for anything.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
