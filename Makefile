# Everything a person needs; `make` or `make help` lists it.

PROFILE ?= default
DEVICE ?= auto
WORKERS ?= 1
NAME ?=
CLASS ?=
PYTHON ?=
VENV ?= .venv

BIN := $(VENV)/bin
# Written last, so that an interrupted installation is done again.
INSTALLED := $(VENV)/installed
BUILD := $(BIN)/python -m figures_src.build --device "$(DEVICE)" --workers "$(WORKERS)"
MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs
# Progress appears as it happens, also in a log file.
export PYTHONUNBUFFERED := 1
# glibc would hand every large array back to the kernel and ask for it again, page by page: a third
# of the time of a gradient on the CPU, and more on a busy machine. Other systems ignore this.
export MALLOC_MMAP_THRESHOLD_ := 4294967296
export MALLOC_TRIM_THRESHOLD_ := 4294967296
export CLASS
MAKEFLAGS += --no-builtin-rules --no-print-directory

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test serve figures figure lab remeasure claims bench lint lock clean vendor chromium

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PROFILE=draft|default|full  how much is measured (now: $(PROFILE))"
	@echo "  DEVICE=auto|cpu|cuda        where it is measured (now: $(DEVICE))"
	@echo "  WORKERS=n                   scripts that run side by side (now: $(WORKERS))"

site: figures vendor ## install, measure, draw, and build the site in site/
	@$(MKDOCS) build --strict --quiet
	@echo "the site is in site/"

test: lint site chromium ## run every test, the browser tests on the built site included
	$(BIN)/pytest

serve: vendor ## preview the site; figures that are missing are drawn in the profile draft
	@$(BUILD) --profile draft --missing-only
	$(MKDOCS) serve

figures: $(INSTALLED) ## measure and draw whatever is out of date, and run the labs
	@$(BUILD) --profile "$(PROFILE)"

figure: $(INSTALLED) ## measure and draw what one figure needs: make figure NAME=<id> [CLASS="…"]
	@test -n "$(NAME)" || { echo "error: say which figure: make figure NAME=<id>" >&2; exit 1; }
	@$(BUILD) --profile "$(PROFILE)" --figure $(NAME) $${CLASS:+--option "CLASS=$$CLASS"}

lab: $(INSTALLED) ## run one lab from top to bottom: make lab NAME=lab-1-first-layer
	@test -n "$(NAME)" || { echo "error: say which lab: make lab NAME=<id>" >&2; exit 1; }
	@$(BUILD) --figure "$(NAME)"

remeasure: $(INSTALLED) ## write a committed result anew: make remeasure NAME=<experiment>
	@test -n "$(NAME)" || { echo "error: say what: make remeasure NAME=<experiment>" >&2; exit 1; }
	@$(BUILD) --profile "$(PROFILE)" --remeasure $(NAME)

claims: $(INSTALLED) ## print the claims of all figures; fails when one does not hold
	@$(BIN)/python -m figures_src.claims_report

bench: $(INSTALLED) ## print ratios of speed, measured in one run
	@$(BIN)/python -m tests.benchmarks.speed
	@$(BIN)/python -m tests.benchmarks.feature_visualisation
	@$(BIN)/python -m tests.benchmarks.adversarial
	@$(BIN)/python -m tests.benchmarks.biology

lint: $(INSTALLED) ## check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lock: $(INSTALLED) ## choose the newest packages that pyproject.toml allows
	sh .ci/lock.sh $(BIN)/python

clean: ## remove all that was built, results included; keeps the virtual environment
	rm -rf site results docs/figures docs/assets/vendor .pytask pytask.lock .build.lock .cache
	rm -rf docs/labs/*.ipynb docs/labs/downloads

vendor: $(INSTALLED)
	@$(BIN)/python -m site_lib.vendor

chromium:
	@sh .ci/chromium.sh

$(INSTALLED): requirements.lock pyproject.toml
	@sh .ci/install.sh "$(VENV)" "$(PYTHON)"
	@touch $@
