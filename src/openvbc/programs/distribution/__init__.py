"""What an organisation earned, shared among its practices and clinicians by its own formula."""
