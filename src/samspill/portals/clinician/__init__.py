"""The clinician's pages: dense, calm, the dangerous things first."""
