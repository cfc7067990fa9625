"""Where the local platform's messages arrive: an SMTP server, and a page that shows e-mails and text messages."""
