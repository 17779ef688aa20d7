"""Deploy: verify, copy, verify, switch by one rename, ask the live host; one command takes it back."""
