"""SQL of intake, as constants beside the function that runs them."""
