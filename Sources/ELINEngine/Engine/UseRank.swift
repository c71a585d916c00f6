import E911Values

/// When a number was used last: the call that it was given to, in the order of the calls of both nodes of a pair.
///
/// The counter of a call is greater than that of any call that its node knew of, so no clock is compared.
struct UseRank: Hashable, Comparable, Sendable {
    /// A number that was never used ranks before all others.
    static let never = UseRank(counter: 0, node: "")

    let counter: UInt64
    /// Tells two calls of one counter apart, which two nodes that do not see each other can have.
    let node: String

    init(_ call: RecordKey) {
        self.init(counter: call.counter, node: call.node)
    }

    private init(counter: UInt64, node: String) {
        self.counter = counter
        self.node = node
    }

    static func < (a: UseRank, b: UseRank) -> Bool {
        a.counter == b.counter ? a.node < b.node : a.counter < b.counter
    }
}
