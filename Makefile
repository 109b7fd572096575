# The commands of the house. `make help` lists them; what they need is found or installed by scripts/ensure-*.sh.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

# Arguments for single commands: make test LEGS="clippy rust", make bench ARGS="--only send".
LEGS ?=
ARGS ?=

WEB_SOURCES := $(shell find web -name node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help build build-web run test check fmt bench bench-full stop-services

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

build: build-web ## the web app, then target/release/frontdesk with the app inside
	@scripts/ensure-rust.sh
	cargo build --release --locked -p frontdesk

build-web: web/dist/index.html ## the web app alone, when something in it changed

run: build ## build what is missing and start with demo data on http://localhost:3000 (PORT, DATA_DIR)
	@scripts/run.sh

test: ## everything CI runs (LEGS="clippy rust" for some of it)
	@scripts/test.sh $(LEGS)

check: build-web ## the quick look: format, clippy, types of the web app
	@scripts/ensure-rust.sh
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cd web && npm run typecheck

fmt: ## format the Rust code
	cargo fmt --all

bench: build ## the scenarios of bench/, in under 10 minutes (ARGS="…" for the driver)
	@scripts/bench.sh $(ARGS)

bench-full: build ## the same with the million-row scenarios
	@scripts/bench.sh --full $(ARGS)

stop-services: ## end the private PostgreSQL that tests may have started
	@scripts/stop-postgres.sh

# npm writes this file at the end of an install; it is as old as the last install that went through.
%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	@scripts/ensure-node.sh
	cd $* && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	@touch $@
