"""The plan of a week: what each patient needs, what is offered, and who is where; pure and repeatable."""
