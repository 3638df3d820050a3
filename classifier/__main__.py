"""`python -m classifier` is the command `reply-classifier`."""

from classifier.cli import main

main()
