"""The far side of a deploy: what a target's machine is asked and told, as scripts for its `sh`."""
