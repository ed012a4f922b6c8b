# What people and CI run. `make` alone says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# The same flags everywhere: other flags would build everything anew.
FLAGS := --explicit-target-dependency-import-check error
SOURCES := Sources Tests Package.swift

BUILD_PACKAGES := libc-ares-dev libyaml-dev libsqlite3-dev pkg-config
TEST_PACKAGES := $(BUILD_PACKAGES) kamailio kamailio-extra-modules kamailio-tls-modules kamailio-websocket-modules \
  sip-tester git

SANDBOX := .build/release/sipreconcile
TOUR_STATE := .build/quickstart
CATALOGUE := Sources/Reconcile/Reconcile.docc

# Installs Debian packages that are missing; elsewhere it only names them.
define install
	@missing=(); \
	if command -v dpkg-query >/dev/null; then \
	  for package in $(1); do \
	    [[ "$$(dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null || true)" == installed ]] \
	      || missing+=("$$package"); \
	  done; \
	  if (( $${#missing[@]} )); then \
	    echo "Installing $${missing[*]}"; \
	    $(SUDO) apt-get update -qq; \
	    DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -qq -y --no-install-recommends \
	      "$${missing[@]}" >/dev/null; \
	  fi; \
	else \
	  echo "This system has no apt: install the equivalents of $(1) yourself."; \
	fi
endef

.PHONY: help quickstart build test fuzz bench bench-manifests bench-watch format lint schemas docs clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: ## Build, and rehearse a change of the push gateway without any server
	$(call install,$(BUILD_PACKAGES))
	@echo "Building (the first time takes some minutes) …"
	@swift build --quiet -c release --product sipreconcile
	@rm -rf $(TOUR_STATE)
	@$(call say,1. Register the push gateway: a master first and then what depends on it.)
	@$(call tour,apply --sandbox examples/push-gateway.yaml)
	@$(call say,2. The file has changed. What would happen?)
	@$(call tour,plan --sandbox examples/push-gateway-changed.yaml)
	@$(call say,3. Make it so. Each change goes when what it depends on is done.)
	@$(call tour,apply --sandbox examples/push-gateway-changed.yaml)
	@$(call say,Nothing left this machine. What to read next:)
	@echo "  README.md                    what it does and why"
	@echo "  examples/                    the push gateway and a trunk and a fleet; each file explains itself"
	@echo "  $(SANDBOX) plan --help"
	@echo "  $(SANDBOX) validate YOUR.yaml"

say = printf '\n\033[1m%s\033[0m\n\n' "$(1)"
tour = echo "$$ sipreconcile $(1)"; echo; XDG_STATE_HOME="$$PWD/$(TOUR_STATE)" $(SANDBOX) $(1)

build: ## Build for debugging
	$(call install,$(BUILD_PACKAGES))
	@swift build --quiet $(FLAGS)

test: ## Build and run all tests
	$(call install,$(TEST_PACKAGES))
	@swift build --quiet $(FLAGS) --build-tests
	@swift test $(FLAGS) --skip-build --disable-xctest 2>&1 | { grep -vE '^(◇|✔ (Test|Suite) [^r]|\[|Test Suite|Building|Build complete)' || true; }

# How long `make fuzz` runs each subject, in seconds.
FUZZ_SECONDS ?= 600
FUZZ := .build/fuzz
FUZZERS := FuzzMessages FuzzStreams FuzzChallenges

fuzz: ## Feed the parsers with anything under libFuzzer (FUZZ_SECONDS=60; inputs are kept in .build/fuzz/corpus)
	$(call install,$(BUILD_PACKAGES))
	@SIPRECONCILE_FUZZ=1 swift build --quiet -c release --sanitize=fuzzer --scratch-path $(FUZZ)
	@for fuzzer in $(FUZZERS); do \
	  mkdir -p $(FUZZ)/corpus/$$fuzzer $(FUZZ)/faults; \
	  echo "$$fuzzer for $(FUZZ_SECONDS) s"; \
	  FUZZ_SEEDS=$(FUZZ)/corpus/$$fuzzer $(FUZZ)/release/$$fuzzer $(FUZZ)/corpus/$$fuzzer -verbosity=0 \
	    -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix=$(FUZZ)/faults/$$fuzzer-; \
	done

bench: ## Register 10,000 accounts, beside sipp at the same Kamailio (ARGUMENTS="-n 50000 --runs 5")
	$(call install,$(TEST_PACKAGES) python3)
	@swift build --quiet -c release --product sipreconcile
	@Tests/Benchmarks/registrations.py $(ARGUMENTS)

bench-manifests: ## Load and plan 100,000 accounts, beside a bare scan of the file (ARGUMENTS="-n 10000")
	$(call install,$(BUILD_PACKAGES) python3)
	@swift build --quiet -c release --product sipreconcile
	@Tests/Benchmarks/manifests.py $(ARGUMENTS)

bench-watch: ## What watch holds of an account, and what it sends for a change (ARGUMENTS="-n 10000")
	$(call install,$(TEST_PACKAGES) python3)
	@swift build --quiet -c release --product sipreconcile
	@Tests/Benchmarks/watching.py $(ARGUMENTS)

format: ## Format all sources
	@swift format -i -r $(SOURCES)

lint: ## Check the format
	@swift format lint --strict -r $(SOURCES)

schemas: ## Write schemas/ and the file reference anew from the types
	@swift build --quiet $(FLAGS) --product sipreconcile
	@.build/debug/sipreconcile schema config > schemas/config.json
	@for name in plan report status event diagnostics forget suspension lock history doctor; do \
	  .build/debug/sipreconcile schema $$name > schemas/$$name.schema.json; done
	@.build/debug/sipreconcile schema config -o markdown > $(CATALOGUE)/FileReference.md

# Where a web server has the pages; empty is its root.
DOCS_PATH ?=
DOCS := .build/docs

docs: ## Render the documentation into .build/docs (DOCS_PATH=sipreconcile, where it is served below that)
	@swift build --quiet $(FLAGS) --product sipreconcile
	@rm -rf $(DOCS) .build/symbols && mkdir -p .build/symbols
	@swift symbolgraph-extract -module-name Reconcile -I .build/debug/Modules -minimum-access-level public \
	  -target "$$(swift -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",/\1/p')" \
	  -output-dir .build/symbols
	@docc convert $(CATALOGUE) --additional-symbol-graph-dir .build/symbols --output-path $(DOCS) --warnings-as-errors \
	  --fallback-display-name sipreconcile --fallback-bundle-identifier sipreconcile \
	  --transform-for-static-hosting $(if $(DOCS_PATH),--hosting-base-path $(DOCS_PATH))
	@echo "$(DOCS)/documentation/reconcile/index.html is the first page; a web server must serve $(DOCS)"

clean: ## Remove what was built
	@rm -rf .build
