"""The books: money, balanced entries, the journal and its chain, the fund, reports, proofs."""
