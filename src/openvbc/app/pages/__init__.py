"""The pages of the app, one file a subject; each function composes blocks and knows no HTML."""
