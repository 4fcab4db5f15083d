"""The engine: commands and questions, each one transaction on a store."""
