// Tests of E911Control.
