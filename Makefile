# The words this project is worked with; CI says the same ones.
#
#   make site    set up what is missing and build the blog into _site/
#   make serve   the same, then show it on 127.0.0.1:8000
#   make quick   the tests one runs before each push
#   make test    all tests, with everything they need set up first
#   make bench   the benchmark, with peers side by side
#   make lint    format, lint and types; make format mends the first
#   make wheel   build the wheel of this checkout into dist/; make test-wheel tries that one out
#   make lock    write the lock files anew (UPGRADE=1 for newer versions)
#   make clean   remove what make made
#
# For workflows: `make environment` sets up what a build needs, `make steps` what a job with a write token does.
#
# PYTHON names the Python to use; INKMILL_NO_UV=1 uses venv and pip even where uv is installed.

.POSIX:
.SUFFIXES:
.PHONY: site serve environment steps wheel test-wheel quick test bench lint format lock clean
.DELETE_ON_ERROR:

python = .venv/bin/python
# Under pytest-xdist; tests of one group stay together in one process.
workers = -n 2 --dist loadgroup

site: .venv/site.stamp
	$(python) -m generator build

serve: .venv/site.stamp
	$(python) -m generator serve --port 8000

environment: .venv/site.stamp

steps: .venv-steps/steps.stamp

quick: .venv/test.stamp .venv-steps/steps.stamp
	$(python) -m pytest $(workers) -m "not slow and not browser and not kernel"

test: .venv/test.stamp .venv/outside.stamp .venv/wandb.stamp .venv-steps/steps.stamp lint
	$(python) -m pytest $(workers)

bench: .venv/test.stamp .venv/peers.stamp
	$(python) -m bench.run --peers .venv/peers

lint: .venv/test.stamp
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	$(python) -m mypy

format: .venv/test.stamp
	$(python) -m ruff format .
	$(python) -m ruff check --fix .

wheel: .venv/site.stamp
	rm -rf dist
	$(python) -m hatchling build --target wheel --directory dist

# Not built again: what is released is what was tested.
test-wheel:
	.ci/test-wheel

lock:
	.ci/lock

clean:
	rm -rf .venv .venv-steps _site .inkmill dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Each stamp is made by what it stands for, so set-up is done again only when its lock file changes.
.venv/site.stamp: requirements.lock .ci/environment
	.ci/environment .venv requirements.lock
	touch $@

.venv-steps/steps.stamp: requirements-github.lock .ci/environment
	.ci/environment .venv-steps requirements-github.lock
	touch $@

# The test lock holds the site's, so the site's stamp may follow.
.venv/test.stamp: requirements-test.lock pyproject.toml .ci/environment
	.ci/environment .venv requirements-test.lock
	.ci/install-checkout .venv
	touch .venv/site.stamp $@

.venv/outside.stamp: .venv/test.stamp .ci/debian .ci/npm.lock .ci/npm_parts.py
	.ci/debian --all
	$(python) .ci/npm_parts.py .venv/npm
	touch $@

.venv/wandb.stamp: .venv/test.stamp requirements-wandb.lock
	.ci/environment .venv/wandb requirements-wandb.lock
	touch $@

.venv/peers.stamp: .venv/test.stamp bench/peers.lock
	.ci/environment .venv/peers bench/peers.lock
	touch $@
