"""A thousand tills at one real central: nothing lost, nothing doubled, quick answers, flat memory."""
