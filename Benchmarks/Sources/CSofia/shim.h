/* Only the search path and the library: Swift calls PeerSofia. */
