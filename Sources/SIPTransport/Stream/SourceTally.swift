#if Transport
    import E911Values

    /// How many connections each source has, against the limits.
    struct SourceTally: Equatable {
        enum Refusal: String {
            case perSource = "too many connections from this source"
            case inAll = "too many connections"
        }

        let perSource: Int
        let inAll: Int
        private(set) var count = 0
        private var counts: [IPAddress: Int] = [:]

        init(perSource: Int, inAll: Int) {
            self.perSource = perSource
            self.inAll = inAll
        }

        /// Counts a connection of `source`, unless that would go over a limit. An exempt source is let in uncounted, and
        /// so takes no room from the others.
        mutating func admit(_ source: IPAddress, isExempt: Bool) -> Refusal? {
            if isExempt { return nil }
            guard count < inAll else { return .inAll }
            guard counts[source, default: 0] < perSource else { return .perSource }
            count += 1
            counts[source, default: 0] += 1
            return nil
        }

        /// A connection that was counted is gone.
        mutating func leave(_ source: IPAddress) {
            guard let present = counts[source] else { return }
            count -= 1
            counts[source] = present > 1 ? present - 1 : nil
        }
    }
#endif
