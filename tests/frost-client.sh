#!/usr/bin/env bash
# Runs frost_client.py with the public client library frost_sta_client, in a virtual environment that is kept.
# Ends with 77 and the reason where Python or PyPI is out of reach.
set -euo pipefail
cd "$(dirname "$0")"
version=1.1.53
venv=${FENGSUI_FROST_CLIENT:-$HOME/.cache/fengsui/frost-sta-client-$version}
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import frost_sta_client' 2>/dev/null; then
  command -v python3 >/dev/null || { echo "skipped: there is no python3 here"; exit 77; }
  python3 -m venv "$venv" >/dev/null 2>&1 || { rm -rf "$venv"; echo "skipped: python3 -m venv does not work here"; exit 77; }
  "$venv/bin/pip" install --quiet --retries 1 --disable-pip-version-check "frost_sta_client==$version" >/dev/null 2>&1 ||
    { rm -rf "$venv"; echo "skipped: frost_sta_client could not be installed from PyPI"; exit 77; }
fi
exec "$venv/bin/python" frost_client.py "$@"
