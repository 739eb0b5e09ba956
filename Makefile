# Two commands: `make demo` runs the platform with the demo region, `make test` runs every test.
# Build output lies outside the clone, so that a fresh clone does not start cold.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/fengsui/target
export CARGO_TERM_COLOR ?= never

.PHONY: demo test check fuzz build web bench clean openapi

demo: build
	$(CARGO_TARGET_DIR)/release/fengsui demo --data .demo

build: web
	cargo build --release --locked --bin fengsui

web:
	scripts/need.sh node
	cd web && npm ci --no-audit --no-fund --prefer-offline && npm run build

test:
	scripts/test.sh

check:
	scripts/check.sh

# Mutated frames of every field protocol, with new seeds, for MINUTES.
fuzz:
	scripts/fuzz.sh $(or $(MINUTES),5)

bench: build
	bench/run.sh

# Writes the contracts that are committed: OpenAPI, the typed client, the configuration schema.
openapi:
	FENGSUI_BLESS=1 cargo test --quiet --locked -p fengsui-server --test openapi
	cd web && npm run client

clean:
	cargo clean
	rm -rf web/dist .demo
