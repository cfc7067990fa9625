"""Patients, referrals, assessments, consents and episodes of care."""
