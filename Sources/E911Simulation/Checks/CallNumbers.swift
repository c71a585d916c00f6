import E911Values

/// Which INVITEs to nodes are of one call: the SIP Server has a number for it, whatever the Call-IDs of its attempts are.
struct CallNumbers {
    private let server: HostID
    private var numbers = BoundedTable<String, Int>(limit: 20_000)

    init(_ site: SimulatedSite) { server = site.server.id }

    mutating func observe(_ entry: LogEntry) {
        guard entry.host.id == server,
            case .told(SIPServerEvent.attempt(let call, let callID) as SIPServerEvent) = entry.what
        else { return }
        // A server that began anew counts from the first call again.
        numbers.put(callID, call + entry.host.incarnation << 32)
    }

    subscript(callID: String) -> Int? { numbers[callID] }
}
