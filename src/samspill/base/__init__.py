"""What every room stands on: errors, texts, clock, ids, JSON, settings, logs."""
