"""Files that are handed out and run alone, on machines that have never heard of Sanad."""
