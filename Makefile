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
# The oldest and the newest supported ansible-core are for the tests; every supported one, with nothing beside it, is for
# the artifact. Galaxy's importer is for the artifact too, and ansible-rulebook for the tests.
CORES := 2.16 2.21
BARE := bare-2.16 bare-2.17 bare-2.18 bare-2.19 bare-2.20 bare-2.21
NEWEST := $(lastword $(CORES))
PYTHONS_2.16 := 3.12 3.11 3.10
PYTHONS_2.21 := 3.14 3.13 3.12
PYTHONS_bare-2.16 := $(PYTHONS_2.16)
PYTHONS_bare-2.17 := 3.12 3.11 3.10
PYTHONS_bare-2.18 := 3.11 3.12 3.13
PYTHONS_bare-2.19 := 3.13 3.12 3.11
PYTHONS_bare-2.20 := 3.14 3.13 3.12
PYTHONS_bare-2.21 := $(PYTHONS_2.21)
PYTHONS_galaxy := 3.12 3.13 3.11
PYTHONS_eda := 3.12 3.11
# Where the collection that `make bench` compares with is unpacked, and the ansible-core that both run with.
PEER := .venv-core/peer
PEER_CORE := .venv-core/2.21

# An installed copy of the collection in the user's own path must not stand in for the checkout.
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.venv/collections
IN_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"
# Twice quiet: errors alone.
INSTALL := -m pip install --quiet --quiet --disable-pip-version-check --requirement
SCRIPTS := .ci/run requirements/find-python $(wildcard demo/run)
LINT_DOCS := antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all .
UTILS := ansible_collections.server_baseline.windows.plugins.plugin_utils

installed = $(1:%=.venv-core/%/.installed)

# find-cores NAME...: sets the shell's variable cores to NAME=FOLDER of each of these environments that is installed.
define find-cores
	cores=; for core in $(1); do \
		if [ -e .venv-core/$$core/.installed ]; then cores+="$${cores:+ }$$core=.venv-core/$$core/bin"; fi; \
	done
endef

.PHONY: help demo test unit artifact sanity molecule lint bench docs build release clean pins

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime ## Audit, cure and restore captured servers; needs no Windows
	@$(IN_VENV) demo/run

test: .venv/.test $(call installed,$(CORES) eda) ## Run the tests; PYTEST_ARGS="-k word"; LAB=required
	@$(call find-cores,$(CORES) eda); \
	$(IN_VENV) CORES="$$cores" .venv/bin/python -m pytest --numprocesses $(JOBS) --dist loadfile $(PYTEST_ARGS)

unit: .venv/.test ## Run the unit tests alone, which need no server and no ansible-playbook
	@$(IN_VENV) .venv/bin/python -m pytest --numprocesses $(JOBS) --dist loadfile $(PYTEST_ARGS) tests/unit

artifact: build .venv/.test $(call installed,$(BARE) galaxy) ## Try the artifact: Galaxy's importer, each ansible-core
	@$(call find-cores,$(BARE) galaxy); \
	CORES="$$cores" .venv/bin/python -m pytest --numprocesses $(JOBS) --dist load $(PYTEST_ARGS) tests/artifact.py

sanity: .venv/.runtime $(call installed,$(NEWEST)) ## Run ansible-test sanity of the newest ansible-core
	@if [ -e .venv-core/$(NEWEST)/.installed ]; then .venv/bin/python -m tests.sanity .venv-core/$(NEWEST); fi

# Molecule keeps its state below ANSIBLE_HOME, by the name of the checkout's folder alone; MOLECULE_GLOB says where the
# scenarios are.
MOLECULE := $(IN_VENV) ANSIBLE_HOME="$(CURDIR)/build/ansible" MOLECULE_GLOB="molecule/*/molecule.yml" \
	molecule test --scenario-name

molecule: .venv/.test ## Run the molecule scenarios: replicas, and Wine where it is; LAB=required fails where it is not
	@$(MOLECULE) default
	@lacking=$$(.venv/bin/python -c 'from tests.lab.wine import missing; print(missing() or "")'); \
	if [ -n "$$lacking" ]; then \
		echo "make: the molecule scenario lab is SKIPPED: $$lacking" >&2; \
		if [ "$${LAB:-}" = required ]; then exit 1; fi; \
		exit 0; \
	fi; \
	$(MOLECULE) lab

lint: .venv/.lint ## Check style, types, documentation and changelog, all offline
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .
	$(IN_VENV) MYPYPATH=.venv/collections mypy --strict -p $(UTILS)
	$(IN_VENV) yamllint --strict .
	$(IN_VENV) ansible-lint --offline --strict
	@# Twice: it fails where the random name of its own temporary folder ends in an underscore; a fault fails twice.
	$(IN_VENV) $(LINT_DOCS) || $(IN_VENV) $(LINT_DOCS)
	$(IN_VENV) antsibull-changelog lint
	$(IN_VENV) reuse --no-multiprocessing lint --quiet
	for script in $(SCRIPTS); do bash -n "$$script"; done

bench: .venv/.test $(PEER)/.installed ## Measure into build/bench.json; SCALE=full audits 4,000 servers, too
	@mkdir -p build
	@$(IN_VENV) .venv/bin/python -m tests.bench

docs: .venv/.lint ## Build the site of all guides, plugins and roles in build/docs/html, and test it
	@rm -rf build/docs && mkdir -p build/docs/rst && chmod go-w build/docs/rst
	@$(IN_VENV) antsibull-docs collection --use-current --squash-hierarchy --fail-on-error \
		--dest-dir build/docs/rst server_baseline.windows
	@rm build/docs/rst/index.rst
	@cp -r docs/*.md $(wildcard docs/images) CONTRIBUTING.md build/docs/rst/
	@cat README.md docs/docsite/navigation.md > build/docs/rst/index.md
	@$(IN_VENV) sphinx-build -q -W --keep-going -b html -c docs/docsite build/docs/rst build/docs/html
	@.venv/bin/python -m pytest --quiet $(PYTEST_ARGS) tests/site.py
	@echo "build/docs/html/index.html"

build: .venv/.runtime ## Build the artifact that ansible-galaxy installs, in build/
	@mkdir -p build
	@$(IN_VENV) ansible-galaxy collection build --force --output-path build

# Again for the same version it takes the fragments as they are now. They stay; a later release takes the new ones.
release: .venv/.lint ## Make CHANGELOG.md of galaxy.yml's version from the fragments; DATE=2026-11-26
	@$(IN_VENV) antsibull-changelog release --reload-plugins --update-existing --refresh \
		--date $(or $(DATE),$(shell date -u +%F))

clean: ## Remove everything that make has made
	rm -rf build .venv .venv-core .ansible .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

pins: .venv/.lint ## Resolve requirements/*.in anew into requirements/*.txt, with the hashes of all files
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	@cd requirements && for name in runtime test lint users $(CORES:%=core-%) $(BARE) galaxy eda peer; do \
		case $$name in *-2.16|*-2.17|users) python=3.10;; *-2.20|*-2.21|peer) python=3.12;; *) python=3.11;; esac; \
		if [ $$name = peer ]; then deps=--no-deps; else deps=; fi; \
		../.venv/bin/uv pip compile $$deps --quiet --universal --upgrade --generate-hashes --no-annotate --no-header \
			--no-emit-index-url --no-emit-find-links --python-version $$python $$name.in --output-file $$name.txt; \
	done

.venv/.created:
	@python=$${PYTHON:-$$(requirements/find-python)} || \
		{ echo "make: no Python of at least 3.11 with venv and pip was found; install one or set PYTHON" >&2; exit 1; }; \
	echo "make: .venv is made with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	@# The checkout is importable in .venv, and in no environment of .venv-core: these are as empty as a user's.
	@site=$$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	mkdir -p "$$site/ansible_collections/server_baseline"; \
	ln -sfn "$(CURDIR)" "$$site/ansible_collections/server_baseline/windows"
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

# make-environment: installs the first prerequisite into the target's folder. Beside each bare ansible-core lies what
# README.md has its users install, so that the tests need no network.
define make-environment
	@if ! python=$$(requirements/find-python $(PYTHONS_$*)); then \
		echo "make: $* is SKIPPED: it needs one of Python $(PYTHONS_$*), and none was found" >&2; \
		if [ "$${LAB:-}" = required ]; then exit 1; fi; \
		exit 0; \
	fi; \
	echo "make: installs $< with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv-core/$*; \
	.venv-core/$*/bin/python $(INSTALL) $<; \
	if [[ $* == bare-* ]]; then \
		.venv-core/$*/bin/python -m pip download --quiet --quiet --disable-pip-version-check \
			--dest .venv-core/$*/wheels --requirement requirements/users.txt; \
	fi; \
	touch $@
endef

.venv-core/%/.installed: requirements/core-%.txt
	$(make-environment)

.venv-core/%/.installed: requirements/%.txt
	$(make-environment)

$(call installed,$(BARE)): requirements/users.txt

# Of the package's hundred collections one is unpacked, beside the core and not into it: `make test` uses that core too.
$(PEER)/.installed: requirements/peer.txt $(PEER_CORE)/.installed
	@if [ ! -e $(PEER_CORE)/.installed ]; then exit 0; fi; \
	echo "make: unpacks ansible.windows of $<"; \
	rm -rf $(PEER) && mkdir -p $(PEER); \
	$(PEER_CORE)/bin/python -m pip download --quiet --quiet --disable-pip-version-check --no-deps --only-binary :all: \
		--dest $(PEER) --requirement $<; \
	$(PEER_CORE)/bin/python requirements/unpack_collection.py $(PEER)/ansible-*.whl ansible/windows $(PEER); \
	rm $(PEER)/ansible-*.whl; \
	touch $@
