// Tests of SIPCore.
