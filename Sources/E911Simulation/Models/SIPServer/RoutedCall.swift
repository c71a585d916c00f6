import E911Values
import SIPCore

/// One INVITE that a ``SIPServer`` passes on, wherever it goes one after the other.
struct RoutedCall {
    /// Somewhere to try.
    struct Target: Equatable {
        var uri: String
        var hop: NextHop
    }

    /// What is on the other side of the leg that is being tried.
    enum Purpose: Equatable {
        case manager
        case gateway(elin: String?)
        /// A registered contact.
        case local
    }

    /// The two dialogs of a back-to-back user agent.
    struct Legs {
        var caller: Dialog
        var callee: Dialog
    }

    let number: Int
    let inbound: IncomingRequest
    /// The user part of From.
    let caller: String
    /// The user part of the Request-URI, or the urn, as the phone sent it.
    let dialled: String
    var purpose = Purpose.local
    /// What comes next if this one fails.
    var targets: [Target] = []
    var current: Target?
    var outbound: ClientTransactionID?
    /// How many redirections were followed.
    var redirections = 0
    var isCancelled = false
    /// The caller has a final response.
    var isFinished = false
    /// The CSeq of the INVITE that was answered, whose 2xx may come again, and the dialogs.
    var legs: Legs?

    static let mostRedirections = 10
}
