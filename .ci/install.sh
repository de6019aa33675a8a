#!/bin/sh
# Bring the virtual environment up to date with the locked packages: .ci/install.sh FOLDER [PYTHON]
set -eu
venv=$1
python=${2:-}

fail() {
    echo "error: $1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"
}

[ -n "$venv" ] || fail "VENV is empty; name a folder, or leave it out"
# Written last, so that an interrupted installation is done again.
installed=$venv/installed
if [ -f "$installed" ] && [ -z "$(find requirements.lock pyproject.toml -newer "$installed")" ]; then
    exit 0
fi
# Making an environment empties its folder.
if [ -d "$venv" ] && [ ! -f "$venv/pyvenv.cfg" ] && [ -n "$(ls -A -- "$venv")" ]; then
    fail "$venv is no virtual environment and not empty; name another folder: make VENV=…"
fi

if [ -z "$python" ]; then
    for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
        if new_enough "$candidate"; then
            python=$candidate
            break
        fi
    done
fi
[ -n "$python" ] || fail "no Python 3.11 or newer found; install one, or name it: make PYTHON=…"
new_enough "$python" || fail "$python is not Python 3.11 or newer; choose another: make PYTHON=…"

# Debian keeps what `python -m venv` needs in a package of its own.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "$python cannot make virtual environments: installing Debian's package $package"
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$package"
    else
        fail "$python cannot make virtual environments; run: sudo apt-get install $package"
    fi
fi

quiet=--quiet
if ! new_enough "$venv/bin/python" || ! pip --version >/dev/null 2>&1; then
    echo "creating the virtual environment $venv with $("$python" --version)"
    "$python" -m venv --clear -- "$venv"
    quiet= # the first installation takes minutes: show how far it is
fi
echo "installing the packages of requirements.lock"
# pip unpacks on one core, so the libraries for GPUs, half of all there is, go beside the others.
parts=$(mktemp -d)
gpu=
trap 'rm -rf "$parts"; [ -z "$gpu" ] || kill "$gpu" 2>/dev/null || :' EXIT
trap 'exit 130' INT TERM
awk -v folder="$parts" '/^[^ ]/ { part = /^(nvidia|triton)/ ? "gpu" : "others" }
    { print > (folder "/" part) }' requirements.lock
# What is imported is compiled then; to compile all 15 000 modules now takes half a minute.
set -- $quiet --no-compile --require-hashes --no-deps
pip install --quiet "$@" -r "$parts/gpu" &
gpu=$!
pip install "$@" -r "$parts/others"
wait "$gpu" || fail "pip could not install every package; what it said stands above"
gpu=
pip install --quiet --no-deps --no-build-isolation -e .
touch -- "$installed"
