#!/bin/sh
# Choose the newest packages that pyproject.toml allows and write requirements.lock.
set -eu
python=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --disable-pip-version-check --quiet uv

# djangocms-katex is taken for the KaTeX release inside it: none of what Django needs.
without=""
for package in asgiref django django-classy-tags django-cms django-formtools django-sekizai \
    django-treebeard sqlparse; do
    without="$without --no-emit-package $package"
done
# shellcheck disable=SC2086 # several words are meant
"$folder/venv/bin/uv" pip compile --universal --python-version 3.11 --generate-hashes --group dev \
    --upgrade --no-header --quiet --no-annotate --no-emit-index-url $without \
    pyproject.toml -o "$folder/requirements.lock"
mv "$folder/requirements.lock" requirements.lock
