"""The simulator without services: the real decision of the journey, driven by the facts that services would tell."""
