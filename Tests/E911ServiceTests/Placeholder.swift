// Tests of E911Service.
