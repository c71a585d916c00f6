// Tests of Locations.
