#!/bin/sh
# Write requirements.txt and requirements-dev.txt from pyproject.toml: lock.sh UV. Names, versions and hashes, no addresses.
set -eu
uv=${1:-uv}
lock() {
    file=$1 whose=$2
    shift 2
    {
        echo "# What $whose, exactly: names, versions and hashes for Python 3.11, 3.12 and 3.13 on Linux and macOS."
        echo "# Made by 'make lock' from pyproject.toml. Edit that, not this."
        "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
            --no-annotate --no-header --group build "$@"
    } >"$file.new"
    mv "$file.new" "$file"
}
lock requirements.txt "Sextant needs"
lock requirements-dev.txt "Sextant, its tests and checks need" --group dev
