import E911Simulation
import E911Values
import SIPCore

/// Any file: it is read in the same way each time, no octet is made up, entries stand in the order of their times, and each
/// connection is told from its beginning to its end.
enum CaptureCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        let reader = CaptureReader(octets)
        let endpoints = reader.endpoints
        let again = CaptureReader(octets)
        try require(
            again.endpoints.map(\.endpoint) == endpoints.map(\.endpoint)
                && again.endpoints.map(\.packets) == endpoints.map(\.packets),
            "who speaks differs from reading to reading")
        // Seeds speak from here, whether it is SIP or not.
        let known = ["192.0.2.10:5060", "[2001:db8::1]:5060", "127.0.0.1:5060"].compactMap { Endpoint($0) }
        for local in known + endpoints.prefix(4).map(\.endpoint) {
            let trace = reader.trace(of: local)
            try require(again.trace(of: local) == trace, "\(local) is read otherwise the second time")
            try check(trace, octets)
        }
    }

    private static func check(_ trace: CapturedTrace, _ octets: [UInt8]) throws {
        var count = 0
        var open: Set<UInt64> = []
        var seen: Set<UInt64> = []
        var latest = trace.entries.first?.time
        for entry in trace.entries {
            try require(latest.map { $0 <= entry.time } ?? true, "\(entry.time) stands behind a later time")
            latest = entry.time
            let connection = entry.connection?.rawValue
            switch entry.what {
            case .received(let payload), .sent(let payload):
                count += payload.count
                if let connection {
                    try require(open.contains(connection), "octets of connection \(connection), which does not stand")
                    try require(!payload.isEmpty, "an empty piece of a stream")
                }
            case .open:
                try require(seen.insert(try require(connection, "no number")).inserted, "a connection opens twice")
            case .accepted:
                let number = try require(connection, "a connection without its number")
                try require(seen.insert(number).inserted, "connection \(number) began before")
                open.insert(number)
            case .opened:
                let number = try require(connection, "a connection without its number")
                try require(
                    seen.contains(number) && open.insert(number).inserted, "connection \(number) was not opening")
            case .close, .closed:
                let number = try require(connection, "a connection without its number")
                try require(open.remove(number) != nil, "connection \(number) ends, and did not stand")
            case .openFailed:
                try require(connection.map { !open.contains($0) } ?? false, "what failed stands")
            }
        }
        try require(count <= octets.count, "\(count) octets of messages in \(octets.count) of a capture")
        try require(
            trace.damage.map { (0...octets.count).contains($0.offset) } ?? true, "damage outside of the file")
        // What was read is a trace like any other.
        let (entries, _, damage) = TraceReader.read(TraceFormat.octets(of: trace.entries))
        try require(damage == nil && entries == trace.entries, "it is not read back: \(damage?.description ?? "")")
    }
}
