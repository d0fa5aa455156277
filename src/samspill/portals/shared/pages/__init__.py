"""The pages before one is signed in."""
