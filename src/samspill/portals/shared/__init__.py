"""What all portals share: languages, layout, sign-in, the way from a request to a page."""
