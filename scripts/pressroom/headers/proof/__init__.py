"""Every kind of request, sent to a real server, and what its answer must carry."""
