"""Makes what tests need: resources, stores, servers, paths."""
