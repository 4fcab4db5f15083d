"""The replay page: one HTML file that holds a bundle, judges it, and shows the round move."""
