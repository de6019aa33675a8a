#!/bin/sh
# Make sure that the browser tests find a Chromium; without root they will be skipped.
set -eu

for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "no Chromium found, and only root can install it: the browser tests will be skipped"
    exit 0
fi
echo "no Chromium found: installing it from Debian's packages for the browser tests"
apt-get update -q
if ! DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; then
    echo "error: Chromium could not be installed; the other tests run with: .venv/bin/pytest" >&2
    exit 1
fi
