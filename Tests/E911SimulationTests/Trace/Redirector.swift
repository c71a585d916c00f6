import E911Simulation
import E911Values
import SIPCore

/// A small server for tests of traces: it answers every request but ACK with a 302 of its own To tag, and pings a peer
/// with OPTIONS on command, each second until the answer to its branch comes.
struct Redirector: SIPMachine {
    enum Command { case ping(from: Endpoint, to: Endpoint) }
    enum Other: Equatable { case pinged }

    var identifiers: SeededGenerator
    var status = 302
    private var ping: (branch: String, octets: [UInt8], flow: Flow, next: MonotonicTime)?

    init(seed: UInt64) {
        identifiers = SeededGenerator(seed: seed)
    }

    var nextDeadline: MonotonicTime? { ping?.next }

    mutating func receive(_ bytes: Span<UInt8>, on flow: Flow, now: Now) -> [SIPEffect<Other>] {
        guard let message = try? SIPMessage(parsing: bytes) else { return [] }
        guard message.isRequest else {
            guard let ping, (try? message.topVia().branch)??.equals(ping.branch) == true else { return [] }
            self.ping = nil
            return [.other(.pinged)]
        }
        guard message.method != .ack else { return [] }
        var response = ResponseBuilder(to: message, status: status, toTag: "t\(identifiers.next())")
        response.add(.contact, "<sip:7911@192.0.2.1>")
        return [.transmit(response.build(), on: flow)]
    }

    mutating func handle(_ input: SIPInput<Command>, now: Now) -> [SIPEffect<Other>] {
        guard case .command(.ping(let from, let to)) = input else { return [] }
        let branch = "z9hG4bK\(identifiers.next())"
        var request = RequestBuilder(.options, "sip:\(to)")
        request.add(.via, "SIP/2.0/UDP \(from);branch=\(branch)")
        request.add(.from, "<sip:\(from)>;tag=f\(identifiers.next())")
        request.add(.to, "<sip:\(to)>")
        request.add(.callID, "c\(identifiers.next())")
        request.add(.cseq, "1 OPTIONS")
        ping = (branch, request.build(), .datagram(local: from, remote: to), now.monotonic)
        return advance(to: now)
    }

    mutating func advance(to now: Now) -> [SIPEffect<Other>] {
        guard let ping, ping.next <= now.monotonic else { return [] }
        self.ping?.next = now.monotonic + .seconds(1)
        return [.transmit(ping.octets, on: ping.flow)]
    }
}
