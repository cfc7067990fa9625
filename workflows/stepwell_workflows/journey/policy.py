"""What the journey does on its own, which is not a rule of law, payer or medicine."""

from datetime import timedelta

#: A run takes at most this many signals; the server refuses more than 10,000 and suggests nothing before that.
MOST_SIGNALS_PER_RUN = 1_000

#: Old runs must go, so that the code they were started with can go.
LONGEST_RUN = timedelta(days=30)
