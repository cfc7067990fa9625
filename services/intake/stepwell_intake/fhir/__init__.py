"""Referrals as networks send them: FHIR R4 in, the commands of intake out; pure."""
