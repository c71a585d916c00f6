// Tests of RegInfo.
