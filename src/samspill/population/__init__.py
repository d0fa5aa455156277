"""Norway in miniature: made-up people with coherent lives. Pure, seeded, streaming."""
