# Everything a person needs; `make` or `make help` lists it.

PROFILE ?= default
DEVICE ?= auto
WORKERS ?= 1
NAME ?=
CHAPTER ?=
CLASS ?=
PUBLISHED ?=
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
.PHONY: help site test test-slow serve new figures figure lab remeasure pdf offline claims compare gpu bench \
	lint lock tidy clean vendor chromium

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PROFILE=draft|default|full  how much is measured (now: $(PROFILE))"
	@echo "  DEVICE=auto|cpu|cuda        where it is measured (now: $(DEVICE))"
	@echo "  WORKERS=n                   scripts that run side by side (now: $(WORKERS))"

site: figures vendor ## install, measure, draw, and build the site in site/
	@$(MKDOCS) build --strict --quiet
	@echo "the site is in site/"

# Two processes of one thread each. A file of tests is run by one of them, so that its tests share
# what they need; files stay in order, which leaves many short ones for the end.
test: lint site chromium ## run the tests, those of the built site in a browser included
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: site chromium ## run the tests that `test` leaves to the night
	$(BIN)/pytest -m nightly

serve: vendor ## preview the site; figures that are missing are drawn in the profile draft
	@$(BUILD) --profile draft --missing-only
	LIBRARY_PAGES=false $(MKDOCS) serve

new: $(INSTALLED) ## begin a figure: make new NAME=<id> CHAPTER=<folder of its pages>
	@test -n "$(NAME)" && test -n "$(CHAPTER)" || { \
		echo "error: say what and where: make new NAME=<id> CHAPTER=<chapter>" >&2; exit 1; }
	@$(BIN)/python -m figures_src.scaffold "$(NAME)" "$(CHAPTER)"

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

pdf: site chromium ## print the whole course into one file, dist/inside-a-trained-network.pdf
	@$(BIN)/python -m site_lib.print_edition

offline: site ## pack the course to be read from disk, dist/inside-a-trained-network.zip
	@$(BIN)/python -m site_lib.offline_edition

claims: $(INSTALLED) ## print the claims of all figures; fails when one does not hold
	@$(BIN)/python -m figures_src.claims_report

compare: $(INSTALLED) ## report how figures differ: make compare PUBLISHED=<address or folder>
	@test -n "$(PUBLISHED)" || { \
		echo "error: say with what: make compare PUBLISHED=<address of a site, or folder>" >&2; exit 1; }
	@$(BIN)/python -m figures_src.compare "$(PUBLISHED)"

gpu: $(INSTALLED) ## on a GPU: measure in the profile full, then run the tests that need one
	@$(BUILD) --profile full --device cuda
	$(BIN)/pytest -m gpu

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

tidy: $(INSTALLED) ## delete figures and results that the catalogue has no more
	@$(BIN)/python -m figures_src.tidy

clean: ## remove all that was built, results included; keeps the virtual environment
	rm -rf site dist differences results docs/figures docs/assets/vendor
	rm -rf docs/labs/*.ipynb docs/labs/downloads .pytask pytask.lock .build.lock .cache

vendor: $(INSTALLED)
	@$(BIN)/python -m site_lib.vendor

chromium:
	@sh .ci/chromium.sh

$(INSTALLED): requirements.lock pyproject.toml
	@sh .ci/install.sh "$(VENV)" "$(PYTHON)"
	@touch $@
