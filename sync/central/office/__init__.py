"""Central's pages for people: what tills sent that a person must look at, replayed or settled here."""
