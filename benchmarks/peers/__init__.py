"""Other ways to do the same: each peer in the idiom of its libraries, at the same durability."""
