"""Which entries of the timeline are closed to whom messages are closed."""

#: Notifications tells what was written to a patient, what they answered, and what they want to be written. Only a page
#: goes to staff; one that is not about a crisis is about a reply, and would tell of it.
PAGES = "'page_acknowledged', 'page_sent', 'page_unanswered'"


def readable(reads_messages: str, entry: str) -> str:
    """The condition that an entry tells of no message, or that the caller reads messages, which a parameter says."""
    return f"""({reads_messages}::boolean or case
        when {entry}.type in ({PAGES}) then {about_crisis(f"({entry}.facts->>'about')::uuid")}
        else {entry}.service <> 'notifications' end)"""


def about_crisis(about: str) -> str:
    """The condition that an id is that of a crisis."""
    return f"exists (select from crisis where crisis.crisis_id = {about})"
