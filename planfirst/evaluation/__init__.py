"""Measuring how good the answers are: question sets, the runner, what counts as right, and the stored baseline."""
