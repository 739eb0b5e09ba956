#!/usr/bin/env bash
# Format, lint, dependency rules, tidiness, contracts.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/fengsui/target}
cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --quiet --locked -p fengsui --test tidy
if command -v cargo-deny >/dev/null; then
  cargo deny --locked check bans licenses sources
else
  echo "skipped: cargo-deny is not installed (cargo install cargo-deny)"
fi
(cd web && npm ci --no-audit --no-fund --prefer-offline --loglevel=error && npm run check)
