"""`python -m planfirst` is the command line."""

from planfirst.cli.main import run

run()
