# Everything a person needs; `make` or `make help` lists it.

PROFILE ?= default
DEVICE ?= auto
WORKERS ?= auto
NAME ?=
CHAPTER ?=
CLASS ?=
MODEL ?=
LAB ?=
FILE ?=
PUBLISHED ?=
PYTHON ?=
VENV ?= .venv

# What a person writes reaches the recipes through the environment, as it is: as a part of a recipe
# it would be read by make (`$(shell …)`) and by the shell (`;`, quotes) as commands.
VARIABLES := PROFILE DEVICE WORKERS NAME CHAPTER CLASS MODEL LAB FILE PUBLISHED PYTHON VENV
$(foreach name,$(VARIABLES),$(eval override $(name) := $$(value $(name))))
export $(VARIABLES)

RUN := "$$VENV/bin/python" -m
BUILD := $(RUN) figures_src.engine.build --device="$$DEVICE" --workers="$$WORKERS"
# Three processes of one thread each, since those that drive a browser wait for it now and then. A
# file of tests is run by one of them, so that its tests share what they need; files stay in order,
# which leaves many short ones for the end.
TESTS := OMP_NUM_THREADS=1 "$$VENV/bin/pytest" --numprocesses 3 --dist loadfile --no-loadscope-reorder
MKDOCS := NO_MKDOCS_2_WARNING=1 "$$VENV/bin/mkdocs"
# Progress appears as it happens, also in a log file.
export PYTHONUNBUFFERED := 1
# glibc would hand every large array back to the kernel and ask for it again, page by page: a third
# of the time of a gradient on the CPU, and more on a busy machine. Other systems ignore this.
export MALLOC_MMAP_THRESHOLD_ := 4294967296
export MALLOC_TRIM_THRESHOLD_ := 4294967296
MAKEFLAGS += --no-builtin-rules --no-print-directory

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help site test test-slow serve new figures figure lab grade lab-kit lab-branch remeasure score \
	data pdf slides offline claims looked compare gpu bench anywhere zensical lint lock tidy clean vendor chromium \
	typescript environment

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile
	@echo
	@printf '  PROFILE=draft|default|full  how much is measured (now: %s)\n' "$$PROFILE"
	@printf '  DEVICE=auto|cpu|cuda        where it is measured (now: %s)\n' "$$DEVICE"
	@printf '  WORKERS=auto|n              scripts that run side by side (now: %s)\n' "$$WORKERS"

site: figures ## install, measure, draw, and build the site in site/
	@$(RUN) figures_src.engine.build_site

test: ## check style and types, and run the tests, those of the built site in a browser included
	@$(MAKE) --jobs=3 lint site chromium typescript
	$(TESTS)

test-slow: site chromium ## run the tests that `test` leaves to the night
	$(TESTS) -m nightly

zensical: site ## write the same pages with the builder that is to follow, and count what is in them
	"$$VENV/bin/pip" install --quiet --upgrade --target .cache/zensical zensical
	@$(RUN) site_lib.editions.zensical_edition

serve: vendor ## preview the site; figures that are missing are drawn in the profile draft
	@$(BUILD) --profile draft --missing-only
	LIBRARY_PAGES=false $(MKDOCS) serve

new: environment ## begin a figure: make new NAME=<id> CHAPTER=<folder of its pages>
	@test -n "$$NAME" && test -n "$$CHAPTER" || { \
		echo "error: say what and where: make new NAME=<id> CHAPTER=<chapter>" >&2; exit 1; }
	@$(RUN) figures_src.engine.scaffold -- "$$NAME" "$$CHAPTER"

figures: environment ## measure and draw whatever is out of date, and run the labs
	@$(BUILD) --profile="$$PROFILE"

figure: environment ## measure and draw what one figure needs: make figure NAME=<id> [CLASS="…"]
	@test -n "$$NAME" || { echo "error: say which figure: make figure NAME=<id>" >&2; exit 1; }
	@$(BUILD) --profile="$$PROFILE" --figure="$$NAME" $${CLASS:+--option "CLASS=$$CLASS"}

lab: environment ## run one lab from top to bottom: make lab NAME=lab-1-first-layer
	@test -n "$$NAME" || { echo "error: say which lab: make lab NAME=<id>" >&2; exit 1; }
	@$(BUILD) --lab="$$NAME"

grade: environment ## grade what a student handed in: make grade LAB=<id> FILE=<notebook or script>
	@test -n "$$LAB" && test -n "$$FILE" || { \
		echo "error: say what to grade: make grade LAB=<id> FILE=<notebook or script>" >&2; exit 1; }
	@$(RUN) site_lib.labs.grade -- "$$LAB" "$$FILE"

lab-kit: environment ## pack the labs for students with nothing but pip, dist/lab-kit.zip
	@$(RUN) figures_src.engine.lab_kit

lab-branch: environment ## write what the branch for Colab holds, dist/lab-branch (needs REPO_URL)
	@$(RUN) figures_src.engine.lab_branch

remeasure: environment ## write a committed result anew: make remeasure NAME=<experiment>
	@test -n "$$NAME" || { echo "error: say what: make remeasure NAME=<experiment>" >&2; exit 1; }
	@$(BUILD) --profile="$$PROFILE" --remeasure="$$NAME"

score: environment ## a network against all recordings: make score MODEL=<name or file>
	@test -n "$$MODEL" || { echo "error: say which network: make score MODEL=<name>" >&2; exit 1; }
	@$(RUN) site_lib.biology.score_model -- "$$MODEL"

data: environment ## list photographs and networks from other packages; fetch what is missing
	@$(RUN) site_lib.data.carriers

pdf: site chromium ## print the whole course into one file, dist/inside-a-trained-network.pdf
	@$(RUN) site_lib.editions.print_edition

slides: site ## write a deck per chapter, and figures of 1920 × 1080 pixels, into dist/slides
	@$(RUN) site_lib.editions.slides

offline: site ## pack the course to be read from disk, dist/inside-a-trained-network.zip
	@$(RUN) site_lib.editions.offline_edition

claims: environment ## print the claims of all figures; fails when one does not hold
	@$(RUN) figures_src.engine.claims_report

looked: environment ## record that a figure shows what is said of it: make looked NAME=<id>
	@test -n "$$NAME" || { echo "error: say at what: make looked NAME=<id>" >&2; exit 1; }
	@$(RUN) figures_src.engine.looked -- "$$NAME"

compare: environment ## report how figures differ: make compare PUBLISHED=<address or folder>
	@test -n "$$PUBLISHED" || { \
		echo "error: say with what: make compare PUBLISHED=<address of a site, or folder>" >&2; exit 1; }
	@$(RUN) figures_src.engine.compare -- "$$PUBLISHED"

gpu: environment ## on a GPU: measure in the profile full, then run the tests that need one
	@test "$$DEVICE" != auto || DEVICE=cuda; $(BUILD) --profile full
	"$$VENV/bin/pytest" -m gpu

bench: environment ## ratios of speed, measured in one run, for the page that shows them
	@$(RUN) tests.benchmarks

anywhere: environment ## the library's tests and long climbs under other machines' arithmetic (hours)
	@$(RUN) tests.benchmarks.anywhere

lint: environment ## check style and types
	"$$VENV/bin/ruff" check
	"$$VENV/bin/ruff" format --check
	"$$VENV/bin/mypy"

lock: environment ## choose the newest packages that pyproject.toml allows
	sh .ci/lock.sh "$$VENV/bin/python"

tidy: environment ## delete figures and results that the catalogue has no more
	@$(RUN) figures_src.engine.tidy

clean: ## remove all that was built, results included; keeps the virtual environment
	@python="$$VENV/bin/python"; test -x "$$python" || python=$${PYTHON:-python3}; \
	"$$python" -m figures_src.engine.clean

vendor: environment
	@$(RUN) site_lib.site.vendor

chromium:
	@sh .ci/chromium.sh

typescript:
	@sh .ci/typescript.sh

environment:
	@sh .ci/install.sh "$$VENV" "$$PYTHON"
