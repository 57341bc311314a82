"""Medicare Shared Savings Program: from claims, and from published results."""
