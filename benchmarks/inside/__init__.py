"""What benchmarks measure inside a portal of their own; see benchmarks/scratch.py. Django is set up before import."""
