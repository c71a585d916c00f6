// Tests of ELINEngine.
