// Tests of E911Store.
