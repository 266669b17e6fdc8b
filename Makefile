# SPDX-License-Identifier: Apache-2.0
#
# One word for each thing one does. Behind it: meson and ninja, configured by tools/configure.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
SIZE ?= 256M
SECONDS ?= 60
SEEDS ?= 20
T ?=

.PHONY: all demo test check lint bench stories fuzz asan tsan fmt docs install clean help

all: ## build build/spoor and build/libspoor.{a,so}
	@tools/configure release
	@ninja -C build

demo: ## install what is missing, build, scan and audit the case in sample/
	@tools/bootstrap
	@$(MAKE) all
	@build/spoor scan sample/logs --exports sample/exports --now 2026-03-03T14:00:00Z
	@build/spoor audit sample/exports --logs sample/logs --now 2026-03-03T14:00:00Z --quiet \
	    --format html --output build/sample-audit.html
	@echo
	@echo "The audit of the same accounts: build/sample-audit.html; as text: build/spoor audit sample/exports"
	@echo "For machines: build/spoor scan --format jsonl sample/logs"

test: ## every test in three builds; ends with "N passed, N failed"
	@tools/bootstrap
	@tools/run-tests all

check: ## the inner loop: build, unit tests, quick lint
	@tools/run-tests check

lint: ## all lint
	@tools/run-tests lint

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/run-tests asan

tsan: ## the concurrent tests under ThreadSanitizer
	@tools/run-tests tsan

bench: all ## measure; SIZE=1G for a longer run
	@SIZE=$(SIZE) BUILD=build bash bench/run.sh
	@echo
	@SIZE=$(SIZE) BUILD=build bash bench/run_rules.sh
	@echo
	@SIZE=$(SIZE) BUILD=build bash bench/run_state.sh
	@echo
	@BUILD=build bash bench/run_audit.sh

stories: all ## what is made of attacks and daily work; SEEDS=20 worlds of each
	@python3 tests/stories/run.py --spoor build/spoor --seeds $(SEEDS) --report
	@echo
	@python3 tests/stories/check.py --spoor build/spoor || true

fuzz: ## search for crashes; T=split for one target, SECONDS=60 for each
	@tools/configure fuzz
	@ninja -C build-fuzz
	@tools/fuzz.sh $(SECONDS) $(T)

fmt: ## format the C and C++ files in place
	@tools/formatted.sh -0 | xargs -0 -r clang-format-14 -i --style=file

docs: all ## rewrite the reference tables in docs/
	@tools/docs

install: all ## PREFIX=/usr/local, DESTDIR=
	@meson configure build -Dprefix=$(abspath $(PREFIX))
	@ninja -C build --quiet >/dev/null
	@DESTDIR=$(DESTDIR) meson install -C build --no-rebuild --quiet

clean: ## remove all build directories
	rm -rf build build-asan build-tsan build-fuzz

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 10
