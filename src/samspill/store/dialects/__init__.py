"""What differs between databases: how a connection is opened, used, and what its errors mean."""
