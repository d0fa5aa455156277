"""The leader's pages: reviews of emergency access, questions from citizens, unusual patterns."""
