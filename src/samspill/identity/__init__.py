"""Who are you: tokens and sign-in. Thin until the access issue: modes stand in for tokens."""
