"""Capitation, global or partial: a roster paid by month, claims divided among funds, settled."""
