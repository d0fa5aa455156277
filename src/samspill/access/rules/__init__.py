"""The rules of lawful access: small functions, each named after what its legal source allows."""
