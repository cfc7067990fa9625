"""Programs, groups, staff, rooms, bookings and attendance."""
