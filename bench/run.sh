#!/usr/bin/env bash
# The figures of the platform, on the machine it runs on: a table, and bench/results/<time>.json.
#   bench/run.sh [size start stream sensing vehicles history ledger imports map console]      parts by name; all without names
# FENGSUI_BENCH_ROWS=100000   FENGSUI_TEST_STORE=sqlite|postgres   CARGO_TARGET_DIR=…
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/fengsui/target}
export FENGSUI_BINARY=${FENGSUI_BINARY:-$CARGO_TARGET_DIR/release/fengsui}
[ -x "$FENGSUI_BINARY" ] || { echo "there is no program at $FENGSUI_BINARY: run cargo build --release --bin fengsui" >&2; exit 1; }
if [ "${FENGSUI_TEST_STORE:-sqlite}" = postgres ] && [ -z "${FENGSUI_TEST_POSTGRES:-}" ]; then
  FENGSUI_TEST_POSTGRES=$(../scripts/postgres.sh)
  export FENGSUI_TEST_POSTGRES
fi
# The load generator, the plant it sends from, and what the machine allows at most.
if [ $# -eq 0 ] || [[ " $* " =~ " sensing "|" vehicles "|" history " ]]; then
  (cd .. && cargo build --release --locked -p fengsui-gateway --example mqtt_load --example terminals -p fengsui-series --example plant -p fengsui-telemetry --example floor)
fi
exec node bench.mjs "$@"
