"""The traps that web servers set, looked for in what we generate, whatever the settings are."""
