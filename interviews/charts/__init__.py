"""What the survey shows as charts: from figures already masked for whoever looks, to a chart that says its finding."""
