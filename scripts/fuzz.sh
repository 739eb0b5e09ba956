#!/usr/bin/env bash
# Reads mutated frames of every field protocol with new seeds until the time is over: no panic, no stall, bounded memory.
#   scripts/fuzz.sh [minutes]      5 without a number; a failure names the seed that brings it again
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/fengsui/target} FENGSUI_FUZZ_FRAMES=${FENGSUI_FUZZ_FRAMES:-1000000}
end=$((SECONDS + ${1:-5} * 60))
rounds=0
while [ $SECONDS -lt $end ]; do
  FENGSUI_FUZZ_SEED=${FENGSUI_FUZZ_SEED:-$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')}
  export FENGSUI_FUZZ_SEED
  cargo nextest run --release -p fengsui-protocols -E 'binary(/_mutated$/)' || {
    echo "again by: FENGSUI_FUZZ_SEED=$FENGSUI_FUZZ_SEED FENGSUI_FUZZ_FRAMES=$FENGSUI_FUZZ_FRAMES scripts/fuzz.sh" >&2
    exit 1
  }
  rounds=$((rounds + 1))
  unset FENGSUI_FUZZ_SEED
done
echo "$rounds rounds of $FENGSUI_FUZZ_FRAMES frames for each protocol"
