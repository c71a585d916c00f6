// Tests of E911Configuration.
