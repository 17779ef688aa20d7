"""Ready folders and archives, for hosts that take nothing else."""
