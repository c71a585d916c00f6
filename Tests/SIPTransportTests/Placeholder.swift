// Tests of SIPTransport.
