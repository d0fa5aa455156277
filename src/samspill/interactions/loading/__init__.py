"""Files into the record: bounded reading, preparing in processes, writing in the one writer."""
