#!/usr/bin/env bash
# Asks the running platform everything its own description allows, and much that it does not: no answer
# may be a server error. Skipped, and said so, when PyPI is out of reach.
set -euo pipefail
cd "$(dirname "$0")"
version=4.32.5
venv=${FENGSUI_SCHEMATHESIS:-$HOME/.cache/fengsui/schemathesis-$version}
if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv" || { echo "skipped: python3 -m venv does not work here"; exit 0; }
  "$venv/bin/pip" install --quiet --retries 1 "schemathesis==$version" || { rm -rf "$venv"; echo "skipped: schemathesis could not be installed from PyPI"; exit 0; }
fi
report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT
exec 3< <(node support/described.mjs)
server=$!
read -r url token pid <&3
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$report"' EXIT
# Signing out, changing the password and ending tokens or sessions would end the run itself.
cd "$report"
timeout 200 "$venv/bin/schemathesis" run "$url/api/openapi.json" \
  --header "Authorization: Bearer $token" \
  --checks not_a_server_error --phases examples,coverage,fuzzing \
  --max-examples "${FENGSUI_SCHEMATHESIS_EXAMPLES:-15}" --max-time "${FENGSUI_SCHEMATHESIS_SECONDS:-120}" \
  --workers 2 --request-timeout 20 --seed 20260101 \
  --exclude-path-regex '^/api/v1/(stream|session|sessions|tokens)(/|$)' \
  --generation-database none --no-color >"$report/out" 2>&1 && code=0 || code=$?
if [ "$code" = 124 ]; then echo "the time for schemathesis was up; what it found until then counts"; fi
if grep -q 'Server error' "$report/out"; then tail -150 "$report/out"; exit 1; fi
# When the time is up in the middle of a phase it reports an error of its own, which says nothing about the platform.
if ! grep -Eq '[1-9][0-9]* generated' "$report/out"; then tail -60 "$report/out"; echo "schemathesis ended with $code"; exit 1; fi
tail -12 "$report/out"
kill "$pid"
wait "$server" || { echo "the platform panicked while it was asked"; exit 1; }
