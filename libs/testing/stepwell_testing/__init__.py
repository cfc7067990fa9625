"""pytest plugin: template databases, broker, workflow server and polling assertions."""
