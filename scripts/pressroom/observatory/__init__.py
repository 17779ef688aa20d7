"""Mozilla's HTTP Observatory on this machine: what servers answer is fetched, judged and graded, each apart."""
