import E911Values

/// One thing that people do, or that goes wrong, in a ``SimulatedDay``. It carries everything that chance decided about it,
/// so a day with some of its events left out is still a day.
public struct DayEvent: Equatable, Sendable, CustomStringConvertible {
    public enum What: Equatable, Sendable {
        /// A phone calls. It hangs up after `lasts`, which is less than a second for somebody who thinks better of it.
        case call(phone: Int, number: String, lasts: Duration, isCalledBack: Bool)
        /// A phone is carried to another floor.
        case move(phone: Int, floor: Int)
        /// A phone unregisters, and comes back. Some call meanwhile.
        case absence(phone: Int, lasts: Duration, calls: Bool)
        /// Something goes wrong for a while. `choice` is for the fault to decide by: what, of whom, how much.
        case fault(Fault, lasts: Duration, node: Int, choice: UInt64)
    }

    /// Its place in the whole list of the seed, from 0 on.
    public let number: Int
    /// Since the phones have registered.
    public let at: Duration
    public let what: What

    public var description: String {
        let seconds = at.wholeNanoseconds / 1_000_000
        return "#\(number) \(seconds / 1000).\(String(1000 + seconds % 1000).dropFirst()) s: \(what)"
    }
}

extension DayEvent.What: CustomStringConvertible {
    public var description: String {
        switch self {
        case .call(let phone, let number, let lasts, let isCalledBack):
            "\(SimulatedSite.user(phone)) calls \(number) for \(lasts)\(isCalledBack ? ", and is called back" : "")"
        case .move(let phone, let floor): "\(SimulatedSite.user(phone)) is carried to floor \(floor)"
        case .absence(let phone, let lasts, let calls):
            "\(SimulatedSite.user(phone)) unregisters for \(lasts)\(calls ? ", and calls 911 meanwhile" : "")"
        case .fault(let fault, let lasts, let node, let choice):
            "\(fault.rawValue) for \(lasts), node \(node), choice \(choice)"
        }
    }
}
