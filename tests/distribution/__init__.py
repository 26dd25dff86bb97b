"""Getting central's rows to tills: digests, snapshots, long absences, hints under load."""
