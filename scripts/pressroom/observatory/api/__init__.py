"""Mozilla's own service, API v2: its scans beside our verdicts, its table beside ours."""
