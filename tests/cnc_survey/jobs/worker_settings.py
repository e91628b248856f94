"""The product's settings, with the jobs of these tests."""

from cnc_survey.settings import *  # noqa: F403 the product's own, then what differs

JOB_KINDS = ["tests.cnc_survey.jobs.kinds.KINDS"]
