"""Where the local platform's messages arrive: an SMTP server, an SMS provider and a page that shows both."""
