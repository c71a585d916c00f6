// Tests of AlertChannels.
