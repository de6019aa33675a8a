#!/bin/sh
# Make sure that the browser tests can run; without root they will be skipped. The package without
# windows opens a page in half the time; any other Chromium will do.
set -eu

missing=chromium-headless-shell
for name in "${CHROMIUM:-chromium}" chromium-headless-shell chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        missing=
    fi
done
# Playwright brings its own Node.js, which needs this library; minimal systems lack it.
if ! /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'; then
    missing="$missing libatomic1"
fi

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing, and only root can install it: $missing; the browser tests will be skipped"
    exit 0
fi
echo "installing from Debian's packages, for the browser tests: $missing"
apt-get update -q
# Older systems have only the browser with windows.
apt-cache show chromium-headless-shell >/dev/null 2>&1 ||
    missing=$(echo "$missing" | sed s/chromium-headless-shell/chromium/)
# shellcheck disable=SC2086 # several words are meant
if ! DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; then
    echo "error: $missing could not be installed; the other tests run with: .venv/bin/pytest" >&2
    exit 1
fi
