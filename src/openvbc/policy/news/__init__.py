"""Policy news: curated items and plain articles, what they speak of, and whether it holds.

Read from files, kept in a folder the user names; nothing is fetched, and no parameter is changed.
"""
