"""Any release that was ever made, held against its tag, its record, the index and the pages that were built."""
