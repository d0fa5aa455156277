"""Code systems in the formats that their owners publish: bytes in, a head and concepts out."""
