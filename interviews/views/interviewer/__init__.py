"""What interviewers see, and those who review and code their interviews."""
