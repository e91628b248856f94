"""The analyst's pages of a campaign: how it goes, what it says, what is decided, what is published."""
