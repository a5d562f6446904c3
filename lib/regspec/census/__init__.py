"""The census route: from IPUMS extracts to tidy frames of commuting zones and industries."""
