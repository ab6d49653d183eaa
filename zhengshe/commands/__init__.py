"""Commands: read arguments, ask the ledger, hand to render. No SQL, no rules."""
