"""Conventions of the method, each with its reason. Changing one is a new METHOD_VERSION and a break in the series."""

METHOD_VERSION = "2026.1"

TOLERANCE = 1e-9  # an agreement, a share or a side exactly at its threshold reaches it, whatever the last bit says

# Rating of a level (maturity, impact)
M_PRIOR = 2.0  # answers: the level in force weighs two respondents, so a handful of new answers cannot overturn it
EPS = 1 / 3  # Perks prior: one answer spread over the three levels, so that no level starts impossible
TAU = 0.80  # probability needed to announce a level: at most about one false alarm in six at the exact boundary
LEANING = 0.50  # probability from which contested answers are said to lean to a side
A_MIN = 0.20  # agreement below which a median would hide a divided profession
DK_MAX = 0.50  # beyond, more people do not know than know: there is no opinion to publish

# Adoption
CUTS = (0.16, 0.50)  # Rogers' cumulative cut points: innovators and early adopters, then the early majority
CONF = 0.95  # coverage of every published interval

# Disclosure
N_SHOW = 5  # persons: below, a respondent could be recognised
N_RATE = 10  # persons: below, one answer is worth ten points or more; no share and no rating
N_FLAG = 30  # persons: below, a figure carries the dagger of small bases (NCHS presentation standard)
STRUCT_MIN = 3  # structures: two competitors in one cell would read each other by subtraction
GROUP = 0.90  # a modality held by more than this says nearly everyone's answer when the cell is small

# Weighting
WEIGHT_MIN = 0.3  # times the mean weight: nobody's voice is reduced to less than a third
WEIGHT_MAX = 3.0  # times the mean weight: nobody speaks for more than three
DEFF_WARN = 1.5  # a third of the effective sample is lost: say so
DEFF_STOP = 2.5  # more than half is lost: the margins must be merged first
MARGIN_MIN = 5  # respondents in a margin category: fewer would carry a whole population category
MARGIN_TOTAL_TOLERANCE = 1e-6  # relative: margins are headcounts of one population and must have one total
RAKE_TOLERANCE = 1e-8  # relative gap to the worst margin at which raking has converged
RAKE_PASSES = 500  # contradictory margins never converge: stop and name the worst one
TRIM_TOLERANCE = 1e-6  # relative: bounded weights keep margins and bounds to this

# Change between waves
FDR_Q = 0.10  # of the changes announced, at most 10 % on average are false alarms

# Interviews
ALPHA_PROVISIONAL = 0.667  # Krippendorff: below, the coding is redone
ALPHA_PUBLISH = 0.80  # Krippendorff: from here on, coded ratings are published as they are
DOUBLE_CODED_SHARE = 0.20  # of interviews coded twice, so that reliability is measured on more than the easy ones
DOUBLE_CODED_UNITS = 30  # (interview, use case) pairs coded twice: below, alpha is too unstable to read
INTERVIEWS_MIN = 5  # interviews on a use case: below, they are reported as text only


def published_constants() -> dict[str, object]:
    """Name → value of every convention, as an export prints them beside its snapshot id."""
    return {name: value for name, value in globals().items() if name.isupper()}
