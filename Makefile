# Development of the collection. `make` alone lists the targets; CONTRIBUTING.md says more.
# Everything is installed into .venv and .venv-core from the pinned files in requirements/, when those files change.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTEST_ARGS ?=
# Files are shared out among so many processes; a file's tests stay together, because they share a server.
JOBS ?= 2
CORES := 2.16 2.21
PYTHONS_2.16 := 3.12 3.11 3.10
PYTHONS_2.21 := 3.14 3.13 3.12

# An installed copy of the collection in the user's own path must not stand in for the checkout.
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.venv/collections
IN_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"
# Twice quiet: errors alone.
INSTALL := -m pip install --quiet --quiet --disable-pip-version-check --requirement
SCRIPTS := .ci/run requirements/find-python $(wildcard demo/run)
LINT_DOCS := antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all .
UTILS := ansible_collections.server_baseline.windows.plugins.plugin_utils

# link-checkout PYTHON: makes the checkout importable as ansible_collections.server_baseline.windows by PYTHON.
define link-checkout
	site=$$($(1) -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
	mkdir -p "$$site/ansible_collections/server_baseline" && \
	ln -sfn "$(CURDIR)" "$$site/ansible_collections/server_baseline/windows"
endef

.PHONY: help demo test lint bench docs build clean core pins

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime ## Audit, cure and restore captured servers; needs no Windows
	@$(IN_VENV) demo/run

test: .venv/.test core ## Run the tests; PYTEST_ARGS="-k word" runs a part, LAB=required fails where one would be skipped
	@cores=; for core in $(CORES); do \
		if [ -e .venv-core/$$core/.installed ]; then cores+="$${cores:+ }$$core=.venv-core/$$core/bin"; fi; \
	done; \
	$(IN_VENV) CORES="$$cores" .venv/bin/python -m pytest --numprocesses $(JOBS) --dist loadfile $(PYTEST_ARGS)

lint: .venv/.lint ## Check style, types, documentation and changelog, all offline
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .
	$(IN_VENV) MYPYPATH=.venv/collections mypy --strict -p $(UTILS)
	$(IN_VENV) yamllint --strict .
	$(IN_VENV) ansible-lint --offline --strict
	@# Twice, because it fails where the random name of its own temporary folder ends in an underscore; a real fault fails twice.
	$(IN_VENV) $(LINT_DOCS) || $(IN_VENV) $(LINT_DOCS)
	$(IN_VENV) antsibull-changelog lint
	for script in $(SCRIPTS); do bash -n "$$script"; done

bench: .venv/.test ## Measure requests, bytes and times; writes build/bench.json; SCALE=full audits 4,000 servers, too
	@mkdir -p build
	@$(IN_VENV) .venv/bin/python -m tests.bench

docs: .venv/.lint ## Build the HTML reference of all plugins and roles in build/docs/html
	@rm -rf build/docs && mkdir -p build/docs/rst && chmod go-w build/docs/rst
	@$(IN_VENV) antsibull-docs collection --use-current --squash-hierarchy --fail-on-error --dest-dir build/docs/rst server_baseline.windows
	@$(IN_VENV) sphinx-build -q -W -b html -c docs/docsite build/docs/rst build/docs/html
	@echo "build/docs/html/index.html"

build: .venv/.runtime ## Build the artifact that ansible-galaxy installs, in build/
	@mkdir -p build
	@$(IN_VENV) ansible-galaxy collection build --force --output-path build

clean: ## Remove everything that make has made
	rm -rf build .venv .venv-core .ansible .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

core: $(CORES:%=.venv-core/%/.installed)

pins: .venv/.lint ## Resolve requirements/*.in anew into requirements/*.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@cd requirements && for name in runtime test lint core-2.16 core-2.21; do \
		case $$name in core-2.16) python=3.10;; core-2.21) python=3.12;; *) python=3.11;; esac; \
		../.venv/bin/uv pip compile --quiet --universal --upgrade --no-annotate --no-header --no-emit-index-url \
			--no-emit-find-links --python-version $$python $$name.in --output-file $$name.txt; \
	done

.venv/.created:
	@python=$${PYTHON:-$$(requirements/find-python)} || \
		{ echo "make: no Python of at least 3.11 with venv and pip was found; install one or set PYTHON" >&2; exit 1; }; \
	echo "make: .venv is made with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	@$(call link-checkout,.venv/bin/python)
	@mkdir -p .venv/collections/ansible_collections/server_baseline
	@ln -sfn "$(CURDIR)" .venv/collections/ansible_collections/server_baseline/windows
	@touch $@

.venv/.runtime: requirements/runtime.txt .venv/.created
.venv/.test: requirements/test.txt .venv/.runtime
.venv/.lint: requirements/lint.txt .venv/.test
.venv/.runtime .venv/.test .venv/.lint:
	@echo "make: installs $<"
	@.venv/bin/python $(INSTALL) $<
	@touch $@

.venv-core/%/.installed: requirements/core-%.txt
	@if ! python=$$(requirements/find-python $(PYTHONS_$*)); then \
		echo "make: ansible-core $* is SKIPPED: it needs one of Python $(PYTHONS_$*), and none was found" >&2; \
		if [ "$${LAB:-}" = required ]; then exit 1; fi; \
		exit 0; \
	fi; \
	echo "make: installs $< with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv-core/$*; \
	.venv-core/$*/bin/python $(INSTALL) $<; \
	$(call link-checkout,.venv-core/$*/bin/python); \
	touch $@
