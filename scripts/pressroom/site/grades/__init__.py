"""What the hub shows of recorded results: a page with the history of each host, badges, and the same for machines."""
