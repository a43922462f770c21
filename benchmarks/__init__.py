"""What `./portal bench` runs: each module with a NAME and a run() is one benchmark."""
