# The usual commands by name; `make` alone lists them. Plain cargo does the work.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help engine run install test test-scripts integration test-image faults fuzz codec-evidence coverage mutants lint docs bench ci

scripts := $(wildcard .ci/run .ci/*.sh crates/db-chdb/engine/*.sh tests/image/*.sh)
PREFIX ?= $(HOME)/.local

target_folder = $(shell cargo metadata --no-deps --locked --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# $(call where-installed,PROBE,COMMAND)
where-installed = @if $(1) >/dev/null 2>&1; then set -x; $(2); else echo 'not installed, so not run: $(2)'; fi

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

engine: ## Fetch the embedded ClickHouse engine, unless it is there
	@crates/db-chdb/engine/fetch.sh

run: engine ## Build the program and run its demonstration, in a store of its own
	cargo build --release --locked -p candlehouse
	"$(target_folder)/release/candlehouse" --db "chdb:$(target_folder)/demo-store" demo

install: engine ## Build the program and put it, its completions and its manual under PREFIX (~/.local)
	cargo build --release --locked -p candlehouse
	@set -e; program="$(target_folder)/release/candlehouse"; share="$(DESTDIR)$(PREFIX)/share"; \
	install -d "$(DESTDIR)$(PREFIX)/bin" "$$share/bash-completion/completions" \
		"$$share/zsh/site-functions" "$$share/fish/vendor_completions.d" "$$share/man/man1"; \
	install -m 755 "$$program" "$(DESTDIR)$(PREFIX)/bin/candlehouse"; \
	"$$program" completions bash > "$$share/bash-completion/completions/candlehouse"; \
	"$$program" completions zsh > "$$share/zsh/site-functions/_candlehouse"; \
	"$$program" completions fish > "$$share/fish/vendor_completions.d/candlehouse.fish"; \
	"$$program" man --output "$$share/man/man1"; \
	echo "installed $(DESTDIR)$(PREFIX)/bin/candlehouse, with completions and manual under $$share"

test: engine test-scripts ## Run every test that needs no Docker, with cargo-nextest where it is installed
	cargo build --workspace --locked --bin chdb-server
	@if cargo nextest --version >/dev/null 2>&1; then \
		set -ex; \
		cargo test --doc --workspace --locked; \
		cargo nextest run --workspace --locked; \
	else \
		set -x; \
		cargo test --workspace --locked; \
	fi

test-scripts: ## Test how the engine is fetched and how modules are checked (without network)
	@crates/db-chdb/engine/fetch_test.sh
	@.ci/check-modules_test.sh

integration: engine ## Run the suite on a ClickHouse server in containers; needs Docker
	cargo test --workspace --locked --test testcontainers

test-image: engine ## Build a container image for `integration`, where ClickHouse's cannot be pulled
	cargo build --workspace --locked --bin chdb-server
	tests/image/build.sh "$(target_folder)/debug/chdb-server" "$$(crates/db-chdb/engine/fetch.sh)"

coverage: engine ## Measure line coverage of the libraries, and fail where it is below 90 %
	.ci/coverage.sh

faults: engine ## Run FAULT_SCHEDULES=1000 schedules of faults, or the one of FAULT_SEED again
	cargo build --workspace --locked --bin chdb-server
	FAULT_SCHEDULES=$${FAULT_SCHEDULES:-1000} \
		cargo test --workspace --locked --test faults --test simulation

fuzz: ## Read spoiled files for FUZZ_SECONDS=300, guided by what they reach; needs cargo-fuzz
	cargo run --locked -p candlehouse-fuzz --bin write_seeds -- "$(target_folder)/fuzz/corpus"
	cd tests/fuzz && cargo fuzz run --fuzz-dir . --features libfuzzer --sanitizer none read_file "$(target_folder)/fuzz/corpus" -- \
		-max_total_time=$${FUZZ_SECONDS:-300} -timeout=10 -malloc_limit_mb=512 -max_len=16384 -artifact_prefix="$(target_folder)/fuzz/"

codec-evidence: engine ## Store CODEC_VALUES=1000000000 values with the codec of prices and compare their bits
	CODEC_VALUES=$${CODEC_VALUES:-1000000000} \
		cargo test --workspace --locked --test codec_evidence -- --nocapture

mutants: engine ## List what can be broken without a test that fails: all, or what changed since MUTANTS_SINCE
	.ci/mutants.sh

lint: ## Check formatting, the hexagon, modules, scripts, code, documentation and dependencies
	cargo fmt --all --check
	.ci/check-hexagon.sh
	.ci/check-modules.sh
	.ci/check-api.sh
	$(call where-installed,shellcheck --version,shellcheck $(scripts))
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
	$(call where-installed,cargo deny --version,cargo deny --locked check --hide-inclusion-graph)

docs: ## Build the documentation of every crate
	cargo doc --workspace --no-deps --locked

bench: engine ## Print the table of docs/performance.md; BENCH_ONLY, BENCH_LARGE, BENCH_DATA as it says there
	cargo build --release --locked -p candlehouse
	cargo bench --locked -p candlehouse-benches

ci: lint test coverage faults integration ## Run what the continuous integration runs
