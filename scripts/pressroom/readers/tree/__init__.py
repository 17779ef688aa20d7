"""What a driver's source tree says of readers: its list in any of its forms, and its descriptor dumps."""
