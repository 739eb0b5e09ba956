#!/usr/bin/env bash
# Every test: both stores, the protocols, the console, the whole program through its outer surface.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/fengsui/target}

scripts/need.sh cc node postgres mosquitto chromium fonts
FENGSUI_TEST_POSTGRES=$(scripts/postgres.sh)
export FENGSUI_TEST_POSTGRES
echo "== console"
(cd web && npm ci --no-audit --no-fund --prefer-offline --loglevel=error && npm run check && npm test && npm run build)
echo "== workspace"
if command -v cargo-nextest >/dev/null; then
  cargo nextest run --workspace --locked --no-fail-fast
else
  cargo test --workspace --locked --no-fail-fast
fi
echo "== the running program, on both stores"
cargo build --locked --bin fengsui
tests/run.sh
