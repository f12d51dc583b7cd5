"""What the operator decides: settings, catalogue, chart of accounts and language; data first."""
