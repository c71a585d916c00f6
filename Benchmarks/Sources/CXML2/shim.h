/* Only the search path and the library: nothing calls it from Swift. */
