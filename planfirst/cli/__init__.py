"""The command line: Typer for arguments, Rich for what a terminal shows."""
