"""What happens around the answers while a campaign is collected."""
