"""The releases of all projects in the order of time: what the hub counts, draws and lists of them."""
