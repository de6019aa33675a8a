#!/bin/sh
# Make sure that the types of the scripts can be checked; without npm that test will be skipped.
set -eu

VERSION=5.9.3
FOLDER=.cache/typescript

if command -v tsc >/dev/null || [ -x "$FOLDER/node_modules/.bin/tsc" ]; then
    exit 0
fi
if ! command -v npm >/dev/null; then
    echo "no npm here: the types of the scripts in docs/assets will not be checked"
    exit 0
fi
echo "fetching TypeScript $VERSION with npm, to check the scripts in docs/assets"
# npm's own patience with a registry that does not answer is a quarter of an hour.
if ! npm install --prefix "$FOLDER" --no-save --ignore-scripts --no-audit --no-fund --silent \
    --fetch-retries 1 --fetch-timeout 60000 "typescript@$VERSION"; then
    echo "npm cannot fetch TypeScript: the types of the scripts will not be checked"
fi
