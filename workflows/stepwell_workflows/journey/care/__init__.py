"""What recurs while a patient is in care: plan, payer, measures, weeks, outreach, answers to findings."""
