import RegInfo

/// How far the first waiting document is applied. What it confirms comes first and what it ends afterwards: a device
/// that moved stands in one document as ended there and active here, in any order, and is one device all the time.
struct DocumentProgress: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        case notBegun, confirming, ending
    }

    var phase = Phase.notBegun
    var verdict = RegInfoStream.Verdict.apply
    var registration = 0
    var contact = 0
    /// Hashes of the users that the document ends something of.
    var endedUsers: Set<UInt64> = []
    /// Devices of those users that it confirmed; looked up, never iterated.
    var confirmed: Set<UInt32> = []
    /// Whether the subscription remembers contacts that another one of their device stands before.
    var hasSuperseded = false
    /// Contacts of the present registration that another one of the same device stands before, by their indices.
    var outvoted: [Int] = []
}
