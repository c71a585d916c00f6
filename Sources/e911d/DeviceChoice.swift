#if Daemon
    import E911Service

    /// Which devices are wanted; each condition that is set must hold.
    struct DeviceChoice: Codable, Sendable {
        /// Whether something says where it is.
        var located: Bool?
        /// Whether a call of it would be given its call server's default ELIN.
        var defaulted: Bool?
        /// `active`, `stale` or `retired`; empty for all.
        var states: [String] = []
        /// A place; what lies in it counts.
        var location: String?
        var callServer: String?

        /// Whether the place lies in ``location`` can be said with the site alone.
        func fits(_ device: DeviceInfo, in places: Set<String>?) -> Bool {
            (located ?? device.isLocated) == device.isLocated
                && (defaulted ?? device.isDefaulted) == device.isDefaulted
                && (states.isEmpty || states.contains(device.state))
                && (callServer ?? device.callServer) == device.callServer
                && (places?.contains(device.location) ?? true)
        }

        /// The same of a move, whose device may be gone by now: what it says of the state is of no matter.
        func fits(_ move: DeviceMove, in places: Set<String>?) -> Bool {
            (located ?? move.isLocated) == move.isLocated && (callServer ?? move.callServer) == move.callServer
                && (places?.contains(move.location) ?? true)
        }

        /// The places that lie in ``location``, itself among them; `nil` if it is of no matter.
        func places(in site: SiteConfiguration?) -> Set<String>? {
            guard let location else { return nil }
            var inside: Set<String> = [location]
            // Parents stand before their parts.
            for place in site?.locations ?? [] {
                if let parent = place.parent, inside.contains(parent) { inside.insert(place.id) }
            }
            return inside
        }
    }
#endif
