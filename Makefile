# Everything runs in .venv, which the first target makes from requirements.lock.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := $(CURDIR)/.venv/bin
READY := .venv/.ready
# Material prints a banner about MkDocs 2 at every start; pyproject.toml pins MkDocs 1 for it.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

# Exit code 3: a web server is not installed. It said so; only CI has to have all of them.
OR_NO_SERVER := || { status=$$?; [ $$status = 3 ] && [ "$${CI:-}" != true ] || exit $$status; }

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml scripts/setup_environment.sh
	@echo "setting up .venv from requirements.lock"
	@sh scripts/setup_environment.sh
	@touch $@

.PHONY: site
site: $(READY) ## build all sites strictly into public/, check them, print their grade
	@$(BIN)/python -m mkdocs build --strict
	@$(BIN)/pressroom compress
	@$(BIN)/pressroom check --built
	@$(BIN)/pressroom observatory check --built --min-score 155 $(OR_NO_SERVER)

.PHONY: serve
serve: $(READY) ## the hub site with live reload, http://127.0.0.1:8000/
	@$(BIN)/python -m mkdocs serve

.PHONY: check
check: $(READY) ## the fast part of the tests: ruff, mypy, the content
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/pressroom check

.PHONY: test
test: $(READY) system-for-tests check ## everything that must hold
	@$(BIN)/python -m pytest -n 2 --dist loadfile
	@$(MAKE) --no-print-directory site
	@$(BIN)/pressroom headers prove $(OR_NO_SERVER)

.PHONY: soak
soak: $(READY) system-for-tests ## what takes long (kills, property tests), in full, with its counts
	@$(BIN)/python -m pytest --soak --hypothesis-profile=soak --hypothesis-show-statistics -rA -m "not browser"

.PHONY: bench
bench: site ## what posts, pages of readers, a release and a grade cost, as ratios with limits (9 minutes; needs hugo)
	@sh scripts/fill_wheelhouse.sh
	@sh scripts/install_quality_tool.sh scanner || :
	@status=0; for part in build release observatory; do $(BIN)/python benchmarks/$$part.py || status=$$?; done; exit $$status

.PHONY: lighthouse
lighthouse: site ## what Lighthouse says of four pages behind nginx under the strict policy, with limits (3 minutes)
	@sh scripts/install_quality_tool.sh lighthouse
	@$(BIN)/python benchmarks/lighthouse.py

.PHONY: demo
demo: $(READY) ## release a small C extension in a rehearsal on this machine, show its page (kept in .demo/)
	@sh scripts/fill_wheelhouse.sh
	@$(BIN)/python scripts/rehearse_example.py

.PHONY: system
system: ## install the system packages that tests need (Debian, as root; starts no daemon), fill .wheelhouse/
	@sh scripts/install_system.sh
	@sh scripts/fill_wheelhouse.sh

.PHONY: system-for-tests
system-for-tests:
	@sh scripts/fill_wheelhouse.sh
	@sh scripts/install_quality_tool.sh validator
	@sh scripts/install_quality_tool.sh oracles
	@missing=$$(sh scripts/install_system.sh --missing) && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "tests need Debian packages that are not here: $$missing; installing them (make system)"; \
	    sh scripts/install_system.sh; \
	elif [ "$${CI:-}" = true ]; then \
	    echo "missing for the tests: $$missing; run 'make system' as root" >&2; exit 1; \
	else \
	    echo "tests that need these are SKIPPED: $$missing; mend with: sudo make system"; \
	fi

.PHONY: lock
lock: $(READY) ## take newer versions into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --upgrade --universal --generate-hashes --no-emit-index-url \
	    --group lint --group setup --group test --custom-compile-command "make lock" --quiet --output-file requirements.lock

.PHONY: clean
clean: ## remove what was built (public/, deploy/)
	@rm -rf public deploy
