"""What touches the world and has more than one user: disk, and later git, ssh, mail, servers."""
