# All state lies in .build, .build-*, .venv and .run beside this file; `git clean -xdf` returns to a fresh clone.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export SWIFT_BACKTRACE := enable=no

# One set of flags for build, lint and test, so that nothing is built twice. An undeclared import is an error.
FLAGS := --explicit-target-dependency-import-check error
FUZZ_SECONDS := 60
# Of `make simulate`: the first seed, how many, and the calls of all of them.
SEED := 1
SEEDS := 200
CALLS := 1000000
# Of `make pair-upgrade`: the e911d of the version before.
OLD :=
# More of `e911sim run`: DAY=--pair for two nodes that share a store.
DAY :=
PURE := --disable-default-traits
# Tests with real peers that run at once: each is several processes, and a machine with more of them than it can run fails tests
# that are right.
WIDTH := $(shell echo $$((2 * $$(nproc))))

.PHONY: help deps build examples lint test run pair-test pair-upgrade models bench bench-call bench-history abuse fuzz sanitize simulate mutants docs deb deb-test

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install the Debian packages and Python tools that building and testing need
	@scripts/deps

build: deps ## build everything, tests included (debug)
	swift build --build-tests $(FLAGS)

examples: deps ## build the programs of Examples/
	swift build --package-path Examples --scratch-path .build-examples

lint: build ## formatting, import walls, linkage and resolution of the pure libraries
	scripts/lint

test: build examples ## all tests: the unit tests, those with real peers, 20,000 simulated calls
	swift test --skip-build --disable-xctest $(FLAGS) --skip '^IntegrationTests\.'
	swift test --skip-build --disable-xctest $(FLAGS) --filter '^IntegrationTests\.' \
		--experimental-maximum-parallelization-width $(WIDTH)
	swift build -c release $(PURE) --scratch-path .build-simulate --product e911sim
	scripts/simulate .build-simulate/release/e911sim 1 20 20000

sanitize: deps ## the tests of the pure libraries under the address and the thread sanitizer
	LSAN_OPTIONS=suppressions=$(CURDIR)/scripts/leaks.txt:print_suppressions=0 \
	swift test $(PURE) --disable-xctest --sanitize=address --scratch-path .build-address --skip '^IntegrationTests\.'
	swift test $(PURE) --disable-xctest --sanitize=thread --scratch-path .build-thread --skip '^IntegrationTests\.'

run: deps ## e911d, a SIP Server and a phone that calls 911
	@scripts/run

pair-test: build ## two nodes before Kamailio, two minutes of calls for each thing that fails (half an hour)
	E911_PAIR=long swift test --skip-build --disable-xctest $(FLAGS) --filter '^IntegrationTests\.PairTests'

pair-upgrade: build ## a pair upgraded one node at a time under load, from the program OLD=... of the version before (two minutes, by hand)
	@test -n "$(OLD)" || { echo "pair-upgrade: OLD= is missing: the e911d of the version before" >&2; exit 2; }
	scripts/pair-upgrade "$(OLD)" .build/debug/e911d

models: build ## a million random operations beside plain models, over ten fixed seeds and a fresh one (some minutes)
	E911_ELIN_OPERATIONS=91000 swift test --skip-build --disable-xctest $(FLAGS) --filter '^ELINEngineTests\.ModelTests'

bench: deps ## figures beside C peers, into .build-bench/results.json
	scripts/bench

bench-call: deps ## the processor time of a call beside Kamailio, and the 302 during a download (some minutes, 4 GB of disk)
	scripts/bench calls downloading

bench-history: build ## a page of ten million calls in under 200 ms (needs 8 GB of free disk, some minutes)
	@free=$$(df --output=avail -k "$${TMPDIR:-/tmp}" | tail -1); test "$$free" -gt 8388608 || { echo "bench-history: $$((free / 1024)) MB are free in $${TMPDIR:-/tmp}, 8192 are needed" >&2; exit 1; }
	E911_HISTORY=10000000 swift test --skip-build --disable-xctest $(FLAGS) --filter '^E911StoreTests\.ArchiveTests/pagesOfALongHistoryAreQuick'

abuse: deps ## calls while strangers flood e911d with malformed datagrams and half-open connections
	scripts/abuse

fuzz: deps ## fuzz the parsers, FUZZ_SECONDS=60 each; 0 replays what once crashed
	scripts/fuzz $(FUZZ_SECONDS)

simulate: deps ## a million calls while everything fails, SEEDS from SEED on, CALLS in all, one process per core (release)
	swift build -c release $(PURE) --scratch-path .build-simulate --product e911sim
	.build-simulate/release/e911sim calls --seed $(SEED)
	scripts/simulate .build-simulate/release/e911sim $(SEED) $(SEEDS) $(CALLS) $(DAY)

mutants: deps ## planted bugs, each of which the simulation must find within 20 seeds
	scripts/mutants

docs: build ## the libraries' documentation, into .build-docs/site
	scripts/docs

deb: ## a Debian package, into .build-deb (release; DEB_VERSION=0.1.0-2 for another version)
	@scripts/deps scripts/packages-deb.txt
	scripts/deb

deb-test: ## the package in a Debian system of its own: install, start, call, reload, upgrade, purge
	@scripts/deps scripts/packages-deb.txt
	scripts/deb-test
