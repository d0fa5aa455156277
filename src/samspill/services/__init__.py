"""What the platform does for people; each service has the same inner shape (see CONTRIBUTING)."""
