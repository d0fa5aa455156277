"""May you: who acts, the one pure decision, and the log of every access."""
