import FuzzDriver
import SIPCore

/// Any datagram: it is read or refused, and what is read means the same however it is looked at.
@main
struct Main {
    static func main() { FuzzDriver.run(check) }

    static func check(_ octets: [UInt8]) {
        guard let message = try? SIPMessage(parsing: octets) else { return }
        precondition(octets.count >= message.bytes.count)
        readsAgain(message)
        lookAtEverything(message)
        if message.isRequest { answers(message) }
        passesOn(message)
        agreesWithStream(message)
    }

    /// What was kept is a message, and the same one.
    private static func readsAgain(_ message: SIPMessage) {
        guard let again = try? SIPMessage(parsing: message.bytes) else { preconditionFailure("not read again") }
        precondition(again.bytes == message.bytes && again.startLine == message.startLine)
        precondition(again.headers.map(\.value) == message.headers.map(\.value))
    }

    /// Typed headers give the same answer each time.
    private static func lookAtEverything(_ message: SIPMessage) {
        precondition((try? message.vias()) == (try? message.vias()))
        precondition((try? message.from()) == (try? message.from()))
        precondition((try? message.contacts()) == (try? message.contacts()))
        _ = try? (message.maxForwards(), message.expires(), message.contentType(), message.event())
        _ = try? (message.subscriptionState(), message.retryAfter(), message.minExpires(), message.contentLength())
        if let uri = try? message.requestURI() {
            precondition(uri.isEquivalent(to: uri))
            _ = (uri.headers.count, uri.decodedUser, uri.hostAddress, Array(uri.parameters).count)
        }
        for name in [HeaderName.contact, .route, .recordRoute, .pAssertedIdentity] {
            for address in (try? message.addresses(name)) ?? [] {
                _ = (address.displayName, address.qValue, address.tag, Array(address.parameters).count)
                guard let again = try? NameAddress(parsing: address.text) else { preconditionFailure("not read again") }
                precondition(again == address && again.deviations == address.deviations)
            }
        }
        _ = RequestPolicy(methods: [.invite]).refusal(of: message)
        _ = RequestPolicy(methods: [.invite]).refusal(ofResponse: message)
    }

    /// A request with its essentials gets an answer that its sender can match.
    private static func answers(_ request: SIPMessage) {
        guard request.essentialsProblem() == nil else { return }
        let octets = ResponseBuilder(to: request, status: 302, toTag: "t").build()
        guard let response = try? SIPMessage(parsing: octets, framing: .stream) else {
            preconditionFailure("the answer cannot be read")
        }
        precondition((try? response.cseq()) == (try? request.cseq()))
        precondition((try? response.callID()) == (try? request.callID()))
        precondition((try? response.topVia()) == (try? request.topVia()))
        precondition((try? response.from()) == (try? request.from()))
        let tag = (try? request.to().tag) ?? "t"
        precondition((try? response.to().tag) == tag)
    }

    /// Passed on without a change it has the same headers.
    private static func passesOn(_ message: SIPMessage) {
        let octets = RequestBuilder(forwarding: message)?.build() ?? ResponseBuilder(forwarding: message)?.build()
        guard let octets, let passed = try? SIPMessage(parsing: octets, framing: .stream) else {
            preconditionFailure("not readable when passed on")
        }
        func values(_ message: SIPMessage) -> [SIPText] {
            message.headers.filter { $0.name != .contentLength }.map(\.value)
        }
        precondition(values(passed) == values(message))
        precondition(passed.body == message.body)
    }

    /// Content-Length makes a datagram and a stream the same message.
    private static func agreesWithStream(_ message: SIPMessage) {
        guard (try? message.contentLength()) == message.body.count else { return }
        guard message.deviations.isDisjoint(with: [.headersUnterminated, .tooManyHeaders]) else { return }
        var framer = StreamFramer()
        framer.append(message.bytes.span)
        precondition(framer.next() == .message(message) && framer.pending == 0)
    }
}
