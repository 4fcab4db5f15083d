"""The daemon: which sweeps there are, how they are run, and what they let be seen."""
